//! What goes wrong with NHN Cloud's Secure Key Manager.
//!
//! The first eleven are the vendor's Solution Guide (English and Korean editions, 2025-06-24; the English one names an
//! asymmetric decryption that does not exist, the Korean one is followed). The checks are the guide's and, behind them, what
//! follows from how the two layers work.

use super::table::entries;

entries! { SecureKeyManager:
    "skm-invalid-appkey" {
        what: "The Secure Key Manager says `Invalid Appkey`.",
        cause: "The appkey is that of another service, project or region, or was copied in part.",
        fix: "Copy it anew from URL & Appkey on the console page of Secure Key Manager, and use the address of the same region.",
        checks: [
            "Is it the appkey that the window URL & Appkey of the Secure Key Manager shows?",
            "Is it that of the region and the zone whose address is called?",
            "If it is a project's integrated appkey, does the service's own work?",
        ],
    }
    "skm-invalid-key-id" {
        what: "The Secure Key Manager says `Invalid Key ID`.",
        cause: "The key id is wrong, belongs to another kind of key or another appkey, or the key waits for its deletion.",
        fix: "Compare the id with the console. A key that waits for its deletion can be taken back there within 7 days.",
        checks: [
            "Is the key id the one that the console shows, and is the call for its kind of key?",
            "Is the key in service, or is it going to be deleted?",
        ],
    }
    "skm-invalid-key-version" {
        what: "The Secure Key Manager says `Invalid Key Version`.",
        cause: "The version that is asked for, or that encrypted or signed, does not exist: it was deleted, or was never made.",
        fix: "Look at the versions of the key in the console; they begin with 0. What a deleted version encrypted is lost.",
        checks: [
            "Decrypting: does the version that encrypted still exist?",
            "Verifying: does the version that signed still exist?",
            "Reading a key: is the version between 0 and the current one?",
        ],
    }
    "skm-invalid-user-data" {
        what: "The Secure Key Manager says `Invalid User Data`.",
        cause: "The ciphertext or the signature is not one of this key, or was cut or changed where it is stored.",
        fix: "Store it letter by letter together with the key id, and look at the length of the column.",
        checks: [
            "Decrypting: is the ciphertext exactly what encrypting gave out?",
            "Verifying: is the signature exactly what signing gave out, and the call the one for its form?",
            "Is it the key that made it?",
        ],
    }
    "skm-invalid-key-status" {
        what: "The Secure Key Manager says `Invalid Key Status`.",
        cause: "The key exists, but is not in service: it waits for its deletion.",
        fix: "Take the deletion back in the console within 7 days, or use the key that replaces it.",
        checks: [
            "Decrypting and verifying: is the key in service?",
        ],
    }
    "skm-invalid-key-version-status" {
        what: "The Secure Key Manager says `Invalid Key Version Status`.",
        cause: "The version of the key exists, but is not in service: it waits for its deletion.",
        fix: "Take the deletion of the version back in the console.",
        checks: [
            "Decrypting and verifying: is the version that encrypted or signed in service?",
        ],
    }
    "skm-ipv4-auth-failure" {
        what: "The Secure Key Manager says `IPv4 Auth Failure`.",
        cause: "The address that the server sees is not registered with the key store: a NAT, another node, or an internal path on \
                which it sees a private address.",
        fix: "Register the address that `confirm` shows, or the block that it is in.",
        checks: [
            "Is the address that `confirm` shows on this machine registered with the key store?",
            "Is its registration in service, or is it going to be deleted?",
            "If several methods are on, does this client satisfy all of them, or is the store set to OR?",
        ],
    }
    "skm-mac-auth-failure" {
        what: "The Secure Key Manager says `MAC Auth Failure`.",
        cause: "The header `X-TOAST-CLIENT-MAC-ADDR` is missing, misspelled as in the documents of 2021, or its value is not \
                registered letter by letter.",
        fix: "Send the address in this header exactly as it is registered with the key store.",
        checks: [
            "Is the address registered with the key store?",
            "Is its registration in service, or is it going to be deleted?",
            "Does `confirm` show that `X-TOAST-CLIENT-MAC-ADDR` arrived, with the letters and separators of the registration?",
            "If several methods are on, does this client satisfy all of them, or is the store set to OR?",
        ],
    }
    "skm-certificate-auth-failure" {
        what: "The Secure Key Manager says `Certificate Auth Failure`.",
        cause: "No certificate arrived, because none was offered or a proxy ends TLS; or it is that of another key store.",
        fix: "Offer the certificate that the console gives out for this key store, and let TLS pass through proxies.",
        checks: [
            "Was the certificate issued by the Secure Key Manager for this key store?",
            "Is its registration in service, or is it going to be deleted?",
            "Does `confirm` show that a certificate arrived?",
            "If several methods are on, does this client satisfy all of them, or is the store set to OR?",
        ],
    }
    "skm-client-certificate" {
        what: "TLS with the Secure Key Manager was refused because of this client's certificate.",
        cause: "The certificate has expired, or another authority issued it.",
        fix: "Make and download a new certificate in the console, and offer that one.",
        checks: [
            "Was the certificate issued by the Secure Key Manager?",
            "Is it within its validity period, by the clock of this machine too?",
        ],
    }
    "skm-url-not-found" {
        what: "The Secure Key Manager says `URL NOT FOUND`.",
        cause: "The path is wrong: the address has a path too many, or the version of the API does not have this call.",
        fix: "Give the address of the environment without a path, and credentials of the version that has the call.",
        checks: [
            "Is the address that of the environment, and is nothing added to its path?",
            "Does the version of the API have this call?",
        ],
    }
    "skm-other" {
        what: "The Secure Key Manager refused with a message that its Solution Guide does not have.",
        cause: "The vendor has added a message, or a call that manages something has a rule that is not documented, such as \
                approval.",
        fix: "Read the message; if it does not help, ask the vendor's support, with the number and the time.",
    }
    "skm-not-json" {
        what: "Somebody else answered in place of the Secure Key Manager.",
        cause: "A gateway refused the user's key or token (401, 403), the path is wrong (404), or a proxy answered.",
        fix: "Look at the status. With 401 and 403, call with version 1.0 to tell the appkey from the user's key, and look at the \
              user's roles; else look at the address and at proxies.",
        checks: [
            "Are the User Access Key ID and its secret those of one key, and in this order?",
            "Does the user have a role of the API (`API.ADMIN`, `API.VIEWER`), and not only of the console?",
            "Does version 1.0 of `confirm` work with the same appkey?",
        ],
    }
    "skm-unexpected-body" {
        what: "The answer of the Secure Key Manager succeeds, but has not the form that is documented.",
        cause: "The vendor has changed the answer, or the key is of another kind than the call is for.",
        fix: "Check the kind of the key; else report it, without the answer: it can hold a secret.",
    }
    "skm-too-long" {
        what: "What was to be sent to the Secure Key Manager is longer than it takes.",
        cause: "The documented limits are 32 KB for secrets and for encrypting, 245 bytes for signing, 64 KB for standard \
                signatures.",
        fix: "Encrypt with a local key, or sign in standard form; nothing was sent.",
    }
    "skm-not-in-version" {
        what: "The version of the API that goes with the credentials does not have this call.",
        cause: "The client was made with credentials of an older version.",
        fix: "Use a user's key: `Credentials::v1_2` for managing keys, `Credentials::v1_3` for key stores and standard signatures.",
    }
    "skm-token" {
        what: "No token for version 1.3 of the Secure Key Manager's API was given out.",
        cause: "The User Access Key ID or its secret is wrong or was replaced, or the address for tokens is another.",
        fix: "Make a new key in the console: the secret is shown once.",
        checks: [
            "Are the User Access Key ID and its secret those of one key, and in this order?",
            "Is the address for tokens that of the region?",
        ],
    }
    "skm-server-certificate" {
        what: "The certificate of the Secure Key Manager is not accepted.",
        cause: "A proxy that looks into TLS shows its own certificate, the address is wrong, or the clock of this machine is.",
        fix: "Give the proxy's authority with `with_root_certificates`, or let the connection pass it; check the clock.",
    }
    "skm-unreachable" {
        what: "There is no connection to the Secure Key Manager.",
        cause: "The name does not resolve, a firewall is between, or the address is wrong.",
        fix: "Check the name and port 443 from this machine; for a proxy, give the client a service that uses it.",
    }
    "skm-timed-out" {
        what: "The Secure Key Manager did not answer in time.",
        cause: "A firewall that drops packets, a slow network, or a deadline that is too short.",
        fix: "Look at which stage it was. After a call that changes something, look whether it was done before it is repeated.",
    }
    "skm-broken" {
        what: "The connection to the Secure Key Manager broke before the answer was complete.",
        cause: "A proxy or the network closed it, or a server that refused the certificate and said nothing.",
        fix: "After a call that changes something, look whether it was done before it is repeated.",
    }
}
