//! What the debugging console checks: the vendor's ten messages first, then ours.

use super::table::entries;

entries! { Check:
    "unreachable" console UNREACHABLE {
        what: "The address cannot be reached.",
        cause: "The server is down, its name does not resolve, its certificate is not accepted, or a gateway or a list of allowed \
                addresses keeps the caller out.",
        fix: "Open the address to the whole Internet: the addresses that KooGallery calls from are not fixed. Check name, port and \
              certificate from outside.",
    }
    "timeout" console TIMEOUT {
        what: "There was no answer within 20 seconds.",
        cause: "The method sets up the instance before it answers, or waits for something that does not come.",
        fix: "Answer within 5 seconds, and do the work afterwards: `Endpoint` answers `000004` in time and lets the method go on.",
    }
    "http-status" console HTTP_STATUS {
        what: "The HTTP status is not 200.",
        cause: "A failure of the business is told as an HTTP status, the path is wrong, or a proxy answered in place of the seller.",
        fix: "Answer every call with 200 and say in `resultCode` what went wrong; look at the logs of seller and proxy.",
    }
    "content-type" console CONTENT_TYPE {
        what: "The content type is not `application/json`.",
        cause: "The framework sends text or HTML unless told otherwise, or the page of a proxy was sent.",
        fix: "Send `Content-Type: application/json` with every answer.",
    }
    "body-sign-missing" console BODY_SIGN_FORM {
        what: "The answer has no `Body-Sign`.",
        cause: "The answer was not signed, a proxy took the header away, or a proxy answered in place of the seller.",
        fix: "Sign every answer, refusals included, and let the proxy pass the header on.",
    }
    "body-sign-spelling" console BODY_SIGN_FORM {
        what: "The header is not spelled `Body-Sign`.",
        cause: "The console looks for this spelling only, and many servers and proxies write `body-sign` or `Body-sign`. HTTP/2 \
                has no capitals.",
        fix: "Speak HTTP/1.1 as far as the outermost proxy, with `marketplace_tower::server` or `title_case_headers(true)`, and \
              make the proxy keep the spelling.",
    }
    "body-sign-form" console BODY_SIGN_FORM {
        what: "The value of `Body-Sign` cannot be read.",
        cause: "The quotes are missing, the algorithm has another name, or there is the signature alone.",
        fix: "Write `sign_type=\"HMAC-SHA256\", signature=\"…\"`, with both values in double quotes.",
    }
    "body-sign-mismatch" console BODY_SIGN_MISMATCH {
        what: "The signature in `Body-Sign` is not that of the body.",
        cause: "It was signed with another key or with key and timestamp, the body was serialised again after signing, or a proxy \
                changed it.",
        fix: "Sign the bytes that are sent, with the access key alone, and switch off what rewrites or compresses answers; the \
              analysis of the answer names the mistake.",
    }
    "body-not-json" console BODY_NOT_JSON {
        what: "The body is not a JSON object with a `resultCode`.",
        cause: "The page of a proxy or of the framework was sent, the body is empty or cut off, or the code is missing.",
        fix: "Answer every call, failed ones too, with an object such as `{\"resultCode\":\"000000\",\"resultMsg\":\"success.\"}`.",
    }
    "result-msg-missing" console BODY_NOT_JSON {
        what: "The body has no `resultMsg`.",
        cause: "The tables call it optional, the console does not.",
        fix: "Send `resultMsg` with every answer, `success.` if there is nothing to say.",
    }
    "result-code" console RESULT_CODE {
        what: "The result code is not `000000`.",
        cause: "The call failed or was refused, the values that were typed in the console are not known to the seller, or it \
                answered `000004`.",
        fix: "Look up the code here and the reason in the log of the seller; answer debugging calls with success, whatever they \
              name.",
    }
    "field-missing" console FIELD_MISSING {
        what: "A required field is missing from the answer.",
        cause: "A purchase has to be answered with `instanceId` and `frontEndUrl`, a query with `instanceId`, and usage with \
                `usageValue` and `statisticalTime`.",
        fix: "Send the field that the message names, in debugging calls too.",
    }
    "field-length" console FIELD_LENGTH {
        what: "A field of the answer is longer than its table allows.",
        cause: "Sealed fields are counted as they are sent: an account or a password has 128 characters with its initialisation \
                vector and base64.",
        fix: "Shorten the value that the message names.",
    }
    "not-idempotent" {
        what: "A repeated call was not answered as the first one was.",
        cause: "A second instance was made for the same order line, or a repeated renewal, expiry or release was answered with an \
                error.",
        fix: "Keep one instance for each order line for ever, and answer what has been done with success: `Ledger` does so for \
              purchases.",
    }
    "debugging-refused" {
        what: "A debugging call about an instance that nobody issued was refused.",
        cause: "The seller looks the id up, as in a real call. The console sends ids of its own, and its saved cases are replayed \
                twice a day: five days of failures stop the sale.",
        fix: "Answer a call with `testFlag` 1 with success, whichever instance it names.",
    }
    "debugging-created" {
        what: "A debugging call left something behind that real calls can see.",
        cause: "The seller does not look at `testFlag`, and sets up an instance for every saved case, twice a day.",
        fix: "Answer a call with `testFlag` 1 without making, changing or releasing anything; `Endpoint` does so unless a method \
              asks for `Mode`.",
    }
    "refusal-accepted" {
        what: "A call that has to be refused was accepted.",
        cause: "Its signature, its time or one of its parameters is wrong, and the seller did not look.",
        fix: "Verify signature, time and form of every call before anything else: whoever knows the address could send such calls.",
    }
    "refusal-code" {
        what: "A call was refused with the wrong result code.",
        cause: "The seller has one code for every failure, or looks at things in another order than the vendor's sample.",
        fix: "Answer a wrong or missing signature with `000001`, other wrong parameters with `000002`, and own failures with \
              `000005`.",
    }
    "refusal-unsigned" {
        what: "A refusal has no valid `Body-Sign`.",
        cause: "Refusals are written by another part of the program than answers, such as the framework or a proxy.",
        fix: "Sign refusals as well, with the first key if none is known; then the console shows the result code and not a missing \
              header.",
    }
    "refusal-body-leaks" {
        what: "The answer to a refused call says more than its code.",
        cause: "The text of an error, the right signature or a part of the call was put into the answer.",
        fix: "Answer with one fixed text for each code, and write the reason into the log.",
    }
    "oversize-accepted" {
        what: "A body that is far too long was accepted.",
        cause: "There is no limit, or it looks at `Content-Length` only, which a body in chunks does not have.",
        fix: "Count the bytes as they arrive, stop at the limit, and answer with status 413.",
    }
    "unknown-activity-accepted" {
        what: "A call with an activity that nobody knows was accepted.",
        cause: "What is not known falls through to a default that succeeds.",
        fix: "Answer an unknown activity with `000002`: success would tell KooGallery that something was done.",
    }
    "replay-accepted" {
        what: "The same signed call was accepted twice.",
        cause: "The seller does not remember nonces, or several of its processes have a store each.",
        fix: "Accept a signature once, and remember it for as long as its timestamp is accepted.",
    }
    "slow-answer" {
        what: "The answer came, but later than KooGallery's requirements allow.",
        cause: "The method does work before it answers. The requirements say 5 seconds, the console waits for 20.",
        fix: "Answer within 5 seconds, and do the work afterwards.",
    }
    "connection-closed" {
        what: "The connection was closed before the answer was complete.",
        cause: "The seller crashed, a proxy gave up, or an idle connection was closed on one side while the other used it.",
        fix: "Look at the logs of seller and proxy, and let the proxy close idle connections before the seller does.",
    }
    "redirect" {
        what: "The answer sends the caller to another address.",
        cause: "A proxy redirects from HTTP to HTTPS, to another name, or to the path with a slash at its end.",
        fix: "Register the address that answers by itself: a redirected POST loses its body or its method.",
    }
    "encrypt-type" {
        what: "`encryptType` does not tell how the credentials are sealed.",
        cause: "It is missing, is neither `1` nor `2`, or names the other size of key than was used.",
        fix: "Send `1` for AES with 256 bits and `2` for 128 bits, as chosen on the release page of the product.",
    }
    "credentials-unreadable" {
        what: "Account or first password cannot be opened with the access key.",
        cause: "They are sent in the clear, sealed with another key, or the key was not derived in the vendor's way.",
        fix: "Seal them with AES in CBC mode under the key that is derived from the access key, the initialisation vector of 16 \
              characters in front; `Sealer` does so.",
    }
}
