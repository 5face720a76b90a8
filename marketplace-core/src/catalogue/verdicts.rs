//! What the analysis of a signature finds. The ones that are refusals as well stand there.

use super::table::entries;

entries! { Verdict:
    "valid" {
        what: "The signature is right, and so is its time.",
        cause: "Both sides have the same key and the same bytes.",
        fix: "Nothing; if the call still fails, look at the next error.",
    }
    "timestamp-unit" {
        what: "The timestamp is in the wrong unit.",
        cause: "Seconds stand where milliseconds belong or the other way round, a date where a number belongs, or one unit was \
                signed and the other sent.",
        fix: "Write the timestamp once, in the unit of the scheme, and sign and send that text.",
    }
    "nonce-timestamp-swapped" {
        what: "Nonce and timestamp have traded places.",
        cause: "The text was put together in another order than that of the scheme, or the two were sent under each other's \
                names.",
        fix: "Put nonce and timestamp where the scheme has them.",
    }
    "access-key-missing" {
        what: "The key was left out of the signed text.",
        cause: "The key was only used as the key of the MAC; in this scheme it begins the text as well.",
        fix: "Begin the signed text with the key; it is part of the text as well as the key of the MAC.",
    }
    "inner-plain-hash" {
        what: "The body was hashed with plain SHA-256; its hash is an HMAC under the access key.",
        cause: "The scheme has two steps, and the first was taken for a plain hash.",
        fix: "Hash the body with HMAC-SHA256 under the access key.",
    }
    "inner-missing" {
        what: "The signed text does not end with the hash of the body.",
        cause: "The body itself was appended, or nothing: the first of the two steps was left out.",
        fix: "End the text with the HMAC-SHA256 of the body, in lower-case hexadecimal digits.",
    }
    "inner-upper-case" {
        what: "The hash of the body was signed in upper case; its digits are in lower case.",
        cause: "The function that writes hexadecimal digits writes capitals.",
        fix: "Write the hash of the body in lower case before signing it.",
    }
    "signature-base64" {
        what: "The signature is in base64 where hexadecimal digits belong, or in another kind of base64.",
        cause: "The encoding of another scheme was used, or the alphabet for URLs, or the padding was left out.",
        fix: "Encode the bytes of the hash in the way of the scheme, once.",
    }
    "signature-hex" {
        what: "The signature is in hexadecimal digits where base64 belongs, or in digits of the wrong case.",
        cause: "The encoding of another scheme was used, or a hash function returned digits that were encoded again, as \
                `hash_hmac` of PHP does unless it is told to return bytes.",
        fix: "Encode the bytes of the hash in the way of the scheme, once.",
    }
    "key-whitespace" {
        what: "It was signed with a key that has white space around it.",
        cause: "The key was read from a file or a secret that ends with a line end or begins with a byte order mark, or a blank was \
                copied with it.",
        fix: "Trim the key where it is read: look for the line end of a file or a secret.",
    }
    "key-quoted" {
        what: "It was signed with a key in quotes.",
        cause: "A file of environment variables was read by something that does not take quotes off.",
        fix: "Take the quotes off the key: look at how the environment or the file is read.",
    }
    "key-other" {
        what: "It was signed with another key than the configured one.",
        cause: "The key of another type of interface was taken, or the key was replaced on one side only.",
        fix: "Use the key that belongs to this kind of interface on both sides; each kind in the console has its own.",
    }
    "key-without-timestamp" {
        what: "The key of the MAC was the access key alone; the timestamp belongs directly behind it.",
        cause: "The code for the signature of answers was used for that of requests.",
        fix: "Use access key and timestamp, one directly behind the other, as the key of the MAC.",
    }
    "key-with-timestamp" {
        what: "The key of the MAC was the access key and the timestamp; here it is the access key alone.",
        cause: "The code for the signature of requests was used for that of answers.",
        fix: "Use the access key alone as the key of the MAC.",
    }
    "body-trailing-newline" {
        what: "The signed body and the sent one differ in a line end behind it.",
        cause: "Something that writes lines wrote the body, or a file or an editor ended it with a line end.",
        fix: "Sign and send the same bytes: look for what ends the output with a line end.",
    }
    "body-whitespace" {
        what: "The signed body and the sent one differ in white space.",
        cause: "The body was serialised twice, by two serialisers or with two settings, or a proxy reformatted it.",
        fix: "Serialise once, then sign and send those bytes; nothing may reformat them.",
    }
    "body-key-order" {
        what: "The members of the body were signed in another order.",
        cause: "An object was signed and serialised again by the framework, or it was parsed and sorted in between.",
        fix: "Serialise once, then sign and send those bytes; do not sort or parse in between.",
    }
    "body-escaped-unicode" {
        what: "The signed body and the sent one differ in escapes of letters.",
        cause: "One of two serialisers writes letters beyond ASCII as `\\u…`, the other writes them out.",
        fix: "Serialise once, then sign and send those bytes; two serialisers escape differently.",
    }
    "body-escaped-slash" {
        what: "The signed body and the sent one differ in `\\/`.",
        cause: "One of two serialisers escapes the slash, as `json_encode` of PHP does unless it is told not to.",
        fix: "Serialise once, then sign and send those bytes; two serialisers escape differently.",
    }
    "body-bom" {
        what: "The signed body and the sent one differ in a byte order mark.",
        cause: "A writer with an encoding that begins with a byte order mark wrote the body, or an editor saved it so.",
        fix: "Write UTF-8 without a byte order mark, and sign what is sent.",
    }
    "body-empty" {
        what: "An empty body was signed.",
        cause: "The stream of the body had been read before, or the body was set after signing.",
        fix: "Sign the body that is sent: look for a stream that had been read before.",
    }
    "plus-became-blank" {
        what: "A `+` and a blank were taken for each other.",
        cause: "In a query, a raw `+` is read as a blank; base64 and telephone numbers contain it.",
        fix: "Send `+` as `%2B`, and decode exactly once.",
    }
    "url-encoded-values" {
        what: "Percent-encoded values were signed; the decoded ones are.",
        cause: "The text was taken from the address as it travelled, or decoded once too often or too rarely.",
        fix: "Sign decoded values, and encode them for the URL afterwards, once.",
    }
    "not-sorted" {
        what: "The parameters were not sorted by name before signing.",
        cause: "They were signed in the order in which they were sent, or sorted without regard to upper and lower case.",
        fix: "Sort by name, byte by byte: upper case before lower case.",
    }
    "token-included" {
        what: "The parameter of the signature was signed itself.",
        cause: "All parameters were taken, that of the signature among them.",
        fix: "Leave the parameter of the signature out of the signed text.",
    }
    "empty-value-dropped" {
        what: "Parameters with empty values were left out.",
        cause: "The text was made by code that skips empty values, as the kit wants it and this scheme does not.",
        fix: "Sign every parameter that is sent, empty ones as `name=`.",
    }
    "empty-value-kept" {
        what: "Parameters with empty values were signed, which do not count here.",
        cause: "The text was made by code that takes every parameter, as V1 wants it and this scheme does not.",
        fix: "Leave members that are null or blank out of the signed text.",
    }
    "parameter-unsigned" {
        what: "A parameter was left out of the signed text.",
        cause: "The code has a list of names, and the vendor has added one since.",
        fix: "Sign every parameter that is sent, not a list of known names.",
    }
    "hmac-instead-of-hash" {
        what: "An HMAC was computed; this scheme wants a plain hash of key and text.",
        cause: "The key was taken for the key of a MAC; here it is the beginning of the text.",
        fix: "Hash `key&text` plainly.",
    }
    "hash-instead-of-hmac" {
        what: "A plain hash was computed; this scheme wants an HMAC.",
        cause: "Key and text were joined and hashed, or the key was forgotten.",
        fix: "Compute the HMAC.",
    }
    "key-last" {
        what: "The key stood behind the text instead of before it.",
        cause: "Key and text were joined, or handed to the hash function, in the wrong order.",
        fix: "Put the key first.",
    }
    "latin-1" {
        what: "The signed text was not in UTF-8.",
        cause: "The platform's own encoding was used because none was named, or a text was encoded twice.",
        fix: "Convert the text to UTF-8 bytes, once, by naming the encoding.",
    }
    "debug-component-signed" {
        what: "`debug-component` was signed; it stays out of the signed text.",
        cause: "It was added to the parameters before signing.",
        fix: "Add `debug-component` after signing.",
    }
    "query-form-encoded" {
        what: "The query was encoded as a form before signing; it is percent-encoded by RFC 3986.",
        cause: "A function for forms was used, which writes a blank as `+` and treats `*` and `~` the other way round.",
        fix: "Encode a blank as `%20`, `*` as `%2A`, and leave `~` alone.",
    }
    "header-case" {
        what: "The name of a header is in the wrong case.",
        cause: "Most HTTP libraries write names in lower case or in capitals of their own, and HTTP/2 has no others; so do proxies.",
        fix: "Send the name exactly as documented, over HTTP/1.1: frameworks and proxies write lower case.",
    }
    "header-form" {
        what: "The value of a header does not have the form that is read.",
        cause: "Quotes, a comma or a name of a part is missing or another, or the name of the algorithm is.",
        fix: "Write the value exactly as documented.",
    }
    "unknown" {
        what: "The signature is wrong, and none of the known mistakes explains it.",
        cause: "It was made with a key that was not given, over other bytes than were captured, or with more mistakes than two.",
        fix: "Compare the tokens with your own text one by one; if they agree, it was another key: name it among the others.",
    }
}
