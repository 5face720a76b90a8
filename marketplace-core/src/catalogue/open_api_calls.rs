//! What goes wrong with a call to the Open APIs and has no code of KooGallery's: what the client of `marketplace-tower` says.

use super::table::entries;

const ORDER: &str = "\"Querying an order\" `zh-cn_topic_0070649350` (2024-04-26), `topic_0070649116`.";
const PUSH: &str =
    "\"Pushing usage data (new)\" `zh-cn_topic_0070649410` (2025-11-13), `topic_0070649117` (2025-11-18).";
const SIGNING: &str = "\"API Gateway, AK/SK signing\" (2023-12-22, limits 2026-02-09).";
const GATEWAY: &str = "\"API Gateway, error codes\" (2025-10-20).";
const OURS: &str = "A rule of this library; no page has it.";

entries! { OpenApi:
    "open-api-refused" {
        what: "KooGallery or its gateway refused the call with a code that is in no table that is known here.",
        cause: "The vendor has added a code, which it may within a version.",
        fix: "Read the message, and look the code up on the page of the API.",
        source: "The promise of compatibility of the Open APIs: unknown codes are errors like any other.",
    }
    "open-api-unauthenticated" {
        what: "AK and SK are not accepted, and no code says why (HTTP 401 or 403).",
        cause: "They are not a pair, are disabled, or are those of an IAM user without programmatic access; or a proxy wants to be \
                logged in to.",
        fix: "Check AK and SK in the Seller Console, Console, My Credentials, Access Keys. Do not repeat the call before: an AK that \
              fails more than five times in a row is locked for five minutes.",
        checks: [
            "Are AK and SK those of one pair, in this order, without blanks, and not the access key of KooGallery?",
            "If the pair is an IAM user's, does the user have programmatic access?",
            "Is the answer the gateway's, or does a proxy ask for a login?",
        ],
        source: GATEWAY,
    }
    "open-api-clock" {
        what: "AK and SK are not accepted because the clock of this machine is more than 15 minutes off.",
        cause: "The clock is not synchronised, or it was set to local time and is taken for UTC.",
        fix: "Synchronise the clock (NTP); AK and SK may well be right.",
        checks: [
            "What does `date -u` say, compared with another machine?",
            "Is the clock of the host synchronised, if this is a container or a virtual machine?",
        ],
        source: SIGNING,
    }
    "open-api-held-back" {
        what: "Nothing was sent, because AK and SK were not accepted four times in a row.",
        cause: "The gateway locks an AK for five minutes after more than five failures in a row, and right calls fail too then. The \
                client stops before.",
        fix: "Check AK, SK and clock; the first failures in the log say why. One call is tried every five minutes, or make a new client.",
        source: GATEWAY,
    }
    "open-api-throttled" {
        what: "There were too many calls, and no code says whose limit it was (HTTP 406 or 429).",
        cause: "KooGallery, its gateway or a proxy limits calls. No numbers are published.",
        fix: "Ask less often, and wait as long as `Retry-After` says, if it is there.",
        source: ORDER,
    }
    "open-api-not-the-market" {
        what: "The answer is not one of KooGallery's: no JSON with a code, a success without what it is about, or far too long.",
        cause: "Somebody else answered: a proxy's page, a wrong address, or a gateway in trouble.",
        fix: "Look at the status and at the address, and at proxies. With HTTP 5xx, repeat it later.",
        checks: [
            "Is the address that of the site, without a path?",
            "Does a proxy answer, with a page of its own?",
        ],
        source: ORDER,
    }
    "open-api-no-such-line" {
        what: "The order is there, but it has not the line that was asked for, or several and none was named.",
        cause: "The line is another order's, or `orderLineId` of the call was not given on.",
        fix: "Ask with the `orderId` and the `orderLineId` of the same call of KooGallery.",
        source: ORDER,
    }
    "open-api-argument" {
        what: "What was to be asked for cannot be, so nothing was sent.",
        cause: "An id is empty or has more than 64 characters, or there is no record to push. The error names the parameter.",
        fix: "Look at where the value comes from.",
        source: ORDER,
    }
    "open-api-no-access-key" {
        what: "Usage is signed with the access key of KooGallery, and the client has none, so nothing was sent.",
        cause: "The client was made with AK and SK alone, or no key of the ring serves V2.",
        fix: "Give it the access key that is bound to the basic interfaces: `Settings::with_access_key`.",
        source: PUSH,
    }
    "open-api-cannot-sign" {
        what: "The request cannot be signed, so nothing was sent.",
        cause: "Its body is a stream, it has no host, or a header that has to be signed is there twice or has other letters than ASCII.",
        fix: "Collect the body first, give the request a host, and set each header once.",
        source: SIGNING,
    }
    "open-api-no-randomness" {
        what: "The system has no random bytes, so nothing was sent.",
        cause: "A sandbox forbids the system call, or the machine has just started.",
        fix: "Allow `getrandom`, and call again.",
        source: OURS,
    }
    "open-api-server-certificate" {
        what: "The certificate of KooGallery's host is not accepted, so nothing was sent.",
        cause: "A proxy that looks into TLS shows its own certificate, the address is wrong, or the clock of this machine is.",
        fix: "Give the proxy's authority with `with_root_certificates`, or let the connection pass it; check the clock. The page wants \
              the certificate verified strictly.",
        source: ORDER,
    }
    "open-api-unreachable" {
        what: "There is no connection to KooGallery, so nothing was sent.",
        cause: "The name does not resolve, a firewall is between, or the address is wrong. The second host of the site was tried, too.",
        fix: "Check the name and port 443 from this machine; for a proxy, give the client a service that uses it.",
        checks: [
            "Does the name of the host resolve on this machine?",
            "Can this machine open a connection to port 443 there?",
            "Is it the address of the site on which the seller sells?",
        ],
        source: ORDER,
    }
    "open-api-timed-out" {
        what: "The call took too long, all tries together.",
        cause: "A firewall that drops packets, a slow network, a market in trouble, or a deadline that is too short.",
        fix: "Repeat what can be repeated. `may_have_been_sent` says whether something may have been done.",
        source: OURS,
    }
    "open-api-broken" {
        what: "The connection to KooGallery broke before the answer was complete.",
        cause: "A proxy or the network closed it; what the call did is unknown.",
        fix: "Repeat what can be repeated: an order can be asked for again, and usage pushed again with the same serial numbers.",
        source: OURS,
    }
}
