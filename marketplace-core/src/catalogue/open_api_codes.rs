//! The codes of the Open APIs and of the gateway before them.
//!
//! Each entry names its page. The tables of one page and another differ a little; the older ones have `CBC.` for `MKT.`.

use super::table::entries;

const ORDER: &str = "\"Querying an order\" `zh-cn_topic_0070649350`, table 2, as it was on 2024-11-21.";
const OLD_PUSH: &str = "\"Pushing usage data\" `zh-cn_topic_0070649186`, as it was on 2023-11-09.";
const PUSH: &str = "\"Pushing usage data (new)\" `zh-cn_topic_0070649410` (2025-11-13); of its table the first rows could be read.";
const LICENCE: &str =
    "Licence codes, `zh-cn_topic_0070649245` (2025-07-03), and the table of the licence guide.";
const LICENCE_CLIENT: &str = "Common codes of licence clients, `zh-cn_topic_0070649352` (2023-12-25).";
const GATEWAY: &str = "\"API Gateway, error codes\" (2025-10-20).";

entries! { OpenApi:
    "mkt-0100" {
        what: "KooGallery says `MKT.0100` (HTTP 500): a parameter's value is out of range or malformed.",
        cause: "An id is too long or of other letters, or a time or an amount has another form. `extra_info` and the message say \
                which.",
        fix: "Correct the value; the same call will not succeed later, though the status looks as if it could.",
        api_codes: ["MKT.0100"],
        source: ORDER,
    }
    "mkt-0101" {
        what: "KooGallery says `MKT.0101` (HTTP 400): a parameter is missing, or it is one too many.",
        cause: "A mandatory parameter is missing or misspelled (`orderId` and `orderLineId` have capitals), or there is one that the \
                API does not declare.",
        fix: "Send exactly the parameters of the page.",
        api_codes: ["MKT.0101"],
        source: ORDER,
    }
    "mkt-0102" {
        what: "KooGallery says `MKT.0102` (HTTP 400): the signature of the body of a push is not right.",
        cause: "The key is not the access key that is bound to the basic interfaces in the Seller Console (the SK is another secret), \
                or the body was changed after it was signed.",
        fix: "Sign with that access key, `Settings::with_access_key`, and send exactly the bytes that were signed.",
        checks: [
            "Is the access key the one that is bound to the basic interfaces, and neither the SK nor the key of a kit?",
            "Was the key replaced in the Seller Console since?",
            "Does a proxy write the body anew?",
        ],
        api_codes: ["MKT.0102"],
        source: OLD_PUSH,
    }
    "mkt-0199" {
        what: "KooGallery says `MKT.0199` (HTTP 400): something else is wrong with a parameter.",
        cause: "The parameters break a rule that `MKT.0100` and `MKT.0101` do not name.",
        fix: "Read the message, and compare the call with the page.",
        api_codes: ["MKT.0199"],
        source: ORDER,
    }
    "mkt-0150" {
        what: "KooGallery says `MKT.0150` (HTTP 401, and 403 to licence clients): what is asked about is not this seller's.",
        cause: "The product behind the id was not published by the account of the AK, or, presumably, there is no such order on this \
                site; the mock orders of pay-per-use are not known in Europe.",
        fix: "Compare the id with the call that brought it, the account of the AK with that of the products, and the site. AK and SK \
              are right: the gateway has let the call in.",
        checks: [
            "Is the id written exactly as in the call of KooGallery, and does the line belong to the order?",
            "Is the AK of the account that published the product?",
            "Is it the site (China, international, Europe) on which it was bought?",
        ],
        api_codes: ["MKT.0150"],
        source: ORDER,
    }
    "mkt-0151" {
        what: "KooGallery says `MKT.0151` (HTTP 401): the caller is not a seller.",
        cause: "The AK is that of an account which is no seller on this site.",
        fix: "Make AK and SK in the seller's account, or call the site on which it is one.",
        api_codes: ["MKT.0151"],
        source: ORDER,
    }
    "mkt-0154" {
        what: "KooGallery says `MKT.0154` (HTTP 401): the authentication failed.",
        cause: "AK and SK are not a pair, were deleted, or are those of an IAM user without programmatic access.",
        fix: "Check AK and SK in the Seller Console, Console, My Credentials, Access Keys. Do not repeat the call before: an AK that \
              fails more than five times in a row is locked for five minutes.",
        checks: [
            "Are AK and SK those of one pair, in this order, without blanks, and not the access key of KooGallery?",
            "Is the pair enabled, and is it of the account that sells?",
            "If it is an IAM user's, does the user have programmatic access?",
        ],
        api_codes: ["MKT.0154"],
        source: ORDER,
    }
    "mkt-0250" {
        what: "KooGallery says `MKT.0250` (HTTP 406): too many calls.",
        cause: "Orders are asked for in a loop, or by many machines at once. No limit is published.",
        fix: "Keep what was answered, ask less often, and wait longer after each refusal.",
        api_codes: ["MKT.0250"],
        source: ORDER,
    }
    "mkt-0999" {
        what: "KooGallery says `MKT.0999` (HTTP 500): an error of its own.",
        cause: "The market is in trouble; it has nothing to do with the call.",
        fix: "Repeat it later. Of a push, nobody knows whether it was taken: repeat it with the same serial numbers.",
        api_codes: ["MKT.0999"],
        source: ORDER,
    }
    "mkt-9001" {
        what: "KooGallery says `MKT.9001` (HTTP 500): it does not know the instance of a record.",
        cause: "The id is not one that was answered to `newInstance`, it is that of the package and not of the pay-per-use instance, or \
                of another site.",
        fix: "Push with the id of the pay-per-use instance; that of a package goes into `relate_pkg_instance`.",
        api_codes: ["MKT.9001"],
        source: ORDER,
    }
    "mkt-9002" {
        what: "KooGallery says `MKT.9002` (HTTP 500): a record of usage is not valid.",
        cause: "A time is not `yyyyMMddTHHmmssZ`, the value is not above zero or has more than 4 decimals, or a member is missing.",
        fix: "Find the record by pushing halves, which `Pusher` does, and look at it in the table of the page.",
        api_codes: ["MKT.9002"],
        source: ORDER,
    }
    "mkt-9003" {
        what: "KooGallery says `MKT.9003` (HTTP 500), or the client before it: more records than one push takes.",
        cause: "The page of the push has a limit of 1000 records, the table of the order query one of 100.",
        fix: "Push fewer at a time. `push_usage` splits at 1000, and `Pusher` goes below when it is told so.",
        api_codes: ["MKT.9003"],
        source: "\"Querying an order\" `zh-cn_topic_0070649350` (2024-11-21) with 100; \"Pushing usage data\" `zh-cn_topic_0070649186` \
                 (2023-11-09) with 1000.",
    }
    "mkt-9004" {
        what: "KooGallery says `MKT.9004` (HTTP 500), or the outbox before it: a record begins more than 21 days ago.",
        cause: "It could not be pushed for three weeks, `begin_time` is not in UTC, or the clock is wrong.",
        fix: "It cannot be billed any more. Alert on `UsageProgress`, so that this is seen within the hour.",
        api_codes: ["MKT.9004"],
        source: ORDER,
    }
    "mkt-9005" {
        what: "KooGallery says `MKT.9005`, which its page names and does not explain.",
        cause: "The page lists it among the codes that come with `extra_info`, beside those of usage, and has no row for it.",
        fix: "Read the message and `extra_info`, and ask the operations manager.",
        api_codes: ["MKT.9005"],
        source: ORDER,
    }
    "94060001" {
        what: "KooGallery says `94060001` (HTTP 500) to a push: an error of its own.",
        cause: "The market is in trouble; it is the newer word for `MKT.0999`.",
        fix: "Push the same records again later, with the same serial numbers: nobody knows whether they were taken.",
        api_codes: ["94060001"],
        source: PUSH,
    }
    "94060002" {
        what: "KooGallery says `94060002` (HTTP 401) to a push: the authentication failed.",
        cause: "AK and SK, or the access key that signs the body, are not right, or the clock is wrong.",
        fix: "Query an order with the same AK and SK: if that works, it is the access key.",
        checks: [
            "Does `marketplace-debugger order MOCKPERIODYEARNEW` work with this AK and SK?",
            "Is the access key the one that is bound to the basic interfaces?",
            "Is the clock of this machine right?",
        ],
        api_codes: ["94060002"],
        source: PUSH,
    }
    "94060004" {
        what: "KooGallery says `94060004` (HTTP 400) to a push: something is wrong with a parameter.",
        cause: "A record lacks a member, or one has another form; one of the headers `ts`, `nonce` and `signature` is missing.",
        fix: "Read the message, and compare the push with the table of the page.",
        api_codes: ["94060004"],
        source: PUSH,
    }
    "92020001" {
        what: "KooGallery says `92020001` about a licence code: an error of its own (HTTP 500), or not authorised (HTTP 403).",
        cause: "The market is in trouble; with 403, AK and SK are not accepted or the account may not ask.",
        fix: "Repeat it later; with 403, check AK and SK first.",
        api_codes: ["92020001"],
        source: LICENCE,
    }
    "92020002" {
        what: "KooGallery says `92020002` (HTTP 400) about a licence code: a parameter is not valid.",
        cause: "The code is missing, too long (64), or was cut.",
        fix: "Send the whole code as the customer received it.",
        api_codes: ["92020002"],
        source: LICENCE,
    }
    "92020004" {
        what: "KooGallery says `92020004`: the customer has not received the licence code yet.",
        cause: "The page says no more; presumably the customer has not taken it over in KooGallery yet.",
        fix: "Ask again when the customer has the code.",
        api_codes: ["92020004"],
        source: LICENCE,
    }
    "92020005" {
        what: "KooGallery says `92020005`: the licence code does not exist.",
        cause: "It was mistyped or made up, or it is one of another site.",
        fix: "Ask the customer for the code as KooGallery shows it.",
        api_codes: ["92020005"],
        source: LICENCE,
    }
    "licence-client" {
        what: "KooGallery says `91380150`, `91381033`, `91381034`, `91381035`, `91381036`, `91381037` or `91381038` to a licence client.",
        cause: "The page names these codes beside `CBC.0101`, `CBC.0150` and `CBC.0999`; what each means could not be read.",
        fix: "Read the message, and look the code up on the page.",
        api_codes: ["91380150", "91381033", "91381034", "91381035", "91381036", "91381037", "91381038"],
        source: LICENCE_CLIENT,
    }
    "apigw-0101" {
        what: "The gateway says `APIGW.0101` (HTTP 404): there is no such API.",
        cause: "The host is that of another site, which does not have it (Europe has the order query alone), the path or the method is \
                wrong, or `X-Stage` names an environment in which it is not published.",
        fix: "Call the host and the path of the page, without `X-Stage`.",
        api_codes: ["APIGW.0101"],
        source: GATEWAY,
    }
    "apigw-0103" {
        what: "The gateway says `APIGW.0103` (HTTP 404): there is nothing behind this API.",
        cause: "The path is an old one, or the market is being changed.",
        fix: "Compare host and path with the page; if they are right, repeat it later.",
        api_codes: ["APIGW.0103"],
        source: GATEWAY,
    }
    "apigw-0104" {
        what: "The gateway says `APIGW.0104`, `APIGW.0105` or `APIGW.0106` (HTTP 400): it is not set up rightly itself.",
        cause: "A plug-in, the configuration of the back end, or an orchestration rule of the gateway is wrong.",
        fix: "Repeat it later; if it lasts, give the vendor's support the `request_id`.",
        api_codes: ["APIGW.0104", "APIGW.0105", "APIGW.0106"],
        source: GATEWAY,
    }
    "apigw-0201" {
        what: "The gateway says `APIGW.0201` (HTTP 400 or 413): it cannot use the request.",
        cause: "The body has more than 12 MB, or the request is malformed, which a proxy can do.",
        fix: "Push fewer records at a time; look at what a proxy makes of the request.",
        api_codes: ["APIGW.0201"],
        source: GATEWAY,
    }
    "apigw-0301" {
        what: "The gateway says `APIGW.0301` (HTTP 401): the signature by AK and SK is not accepted.",
        cause: "The SK is not that of the AK, the AK does not exist or is locked, the clock is more than 15 minutes off, or a proxy \
                changed what was signed: path, query, body, `Host`, `Content-Type`, `X-Sdk-Date`.",
        fix: "Check AK and SK, then the clock, then proxies. Do not repeat the call before: more than five failures in a row lock the \
              AK for five minutes, and right calls fail too then.",
        checks: [
            "Are AK and SK those of one pair, in this order, without blanks, and not the access key of KooGallery?",
            "Is the pair enabled, and, if it is an IAM user's, does the user have programmatic access?",
            "Is the clock of this machine right, in UTC?",
            "Does the message speak of a limit (locked)? Then, does it work after five minutes of silence?",
            "Does it work without the proxy?",
        ],
        api_codes: ["APIGW.0301"],
        source: GATEWAY,
    }
    "apigw-0307" {
        what: "The gateway says `APIGW.0307` (HTTP 401): the token has to be fetched anew.",
        cause: "Temporary AK and SK have run out, or their `X-Security-Token` is an old one.",
        fix: "Fetch new ones, and make the client with them.",
        api_codes: ["APIGW.0307"],
        source: GATEWAY,
    }
    "apigw-0308" {
        what: "The gateway says `APIGW.0308` (HTTP 429): too many calls.",
        cause: "Too many within the time that the message names. No limit of KooGallery's APIs is published.",
        fix: "Ask less often, and wait longer after each refusal.",
        api_codes: ["APIGW.0308"],
        source: GATEWAY,
    }
}
