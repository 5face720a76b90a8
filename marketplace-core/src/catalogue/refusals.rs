//! What the seller's endpoint refuses.

use super::table::entries;

entries! { Refusal:
    "method" code INVALID_PARAMETER {
        what: "The method is not one that KooGallery uses.",
        cause: "KooGallery sends POST, and GET for V1: this was a browser, a monitor or a scanner.",
        fix: "Nothing, unless it is your own monitor: let it send a POST, or probe another path.",
    }
    "no-key" code AUTHENTICATION_FAILED {
        what: "No key of the ring serves calls that are signed in this way.",
        cause: "The call has the form of a guide for which the ring has no key: an interface was bound to this address in the \
                console, or its key was not given to the seller.",
        fix: "Put the key of that type of interface into the ring, and look at what `AccessKey::serving` says; or take the \
              interface out of the console.",
    }
    "parameter-missing" also Verdict code INVALID_PARAMETER {
        what: "Something that signing needs is missing or empty.",
        cause: "A stranger, a sender that does not sign, or a proxy that drops the query or the header. If it is the signature \
                itself, the code is `000001`.",
        fix: "Send it, or look for what removes it on the way.",
    }
    "parameter-repeated" also Verdict code INVALID_PARAMETER {
        what: "Something that signing needs is there more than once.",
        cause: "A proxy adds parameters or headers, a sender appends them to an address that has them, or somebody tries what \
                happens.",
        fix: "Send it once: receivers differ in which one they take.",
    }
    "timestamp-ambiguous" code INVALID_PARAMETER {
        what: "Nonce and timestamp can be read in two ways.",
        cause: "A timestamp in seconds stands behind a nonce whose last three digits could belong to it: an old call that was \
                cut differently, or by chance a genuine one in seconds.",
        fix: "Nothing: KooGallery's next try has another nonce. If your market signs in seconds, set `with_timestamp_unit`.",
    }
    "parameter-malformed" code INVALID_PARAMETER {
        what: "Something that signing needs does not have its form.",
        cause: "It is longer, shorter or of other letters than the guide has it, or the whole query is too long: a stranger, or a \
                proxy that encodes anew.",
        fix: "Look at what the proxy makes of query and headers. If it is a genuine call, the vendor's format has changed: \
              report it.",
    }
    "stale-timestamp" also Verdict code INVALID_PARAMETER {
        what: "The timestamp is too old for the clock of the receiver.",
        cause: "The clock of one side is wrong, the call was held up on its way, or it is an old one that is sent again.",
        fix: "Set the clocks of both sides by NTP, and sign right before sending; for an old recording, give the time at which \
              it was received.",
    }
    "future-timestamp" also Verdict code INVALID_PARAMETER {
        what: "The timestamp is ahead of the clock of the receiver.",
        cause: "The clock of one side is wrong, or the sender writes its local time where UTC belongs.",
        fix: "Set the clocks of both sides by NTP, and check the time zone of the sender.",
    }
    "body-too-long" code INVALID_PARAMETER {
        what: "The body is longer than the layer takes.",
        cause: "It is no call of KooGallery, which have less than 10 KiB; the limit is 1 MiB unless set. The HTTP status is 413.",
        fix: "Nothing; if it is a genuine call after all, raise the limit of the layer and that of the proxy.",
    }
    "body-too-slow" code INVALID_PARAMETER {
        what: "The body did not arrive in time.",
        cause: "A slow or broken connection, or a proxy that passes the body on bit by bit; the limit is 5 seconds unless set. \
                The HTTP status is 408.",
        fix: "If it was a call of KooGallery, let the proxy collect the body before it passes it on.",
    }
    "body-broken" code INVALID_PARAMETER {
        what: "The body broke off before it was complete.",
        cause: "The caller hung up, the connection broke, or the framing of the body was wrong.",
        fix: "If it is frequent, look at the network and at the time-outs of the proxy.",
    }
    "signature" code AUTHENTICATION_FAILED {
        what: "No key of the ring signed this call.",
        cause: "The key is the wrong one or of the wrong type, it was replaced in the console, a proxy altered the body, or it \
                was a stranger.",
        fix: "Compare the key with the console, send the same call around the proxy, and let the analysis explain a captured \
              call: it names the mistake.",
    }
    "replayed" code AUTHENTICATION_FAILED {
        what: "The same signed call was accepted before.",
        cause: "A proxy that repeats requests, a call that was copied from a log, or somebody's replay. KooGallery itself signs \
                each repeat anew.",
        fix: "Switch off the repeats of the proxy.",
    }
    "replay-store-full" code INTERNAL_ERROR {
        what: "The replay store cannot take another call.",
        cause: "As many signed calls as it can hold were accepted within the last minutes.",
        fix: "Give it more room, with `Replay::memory_with_capacity` or with Redis' `maxmemory`, and find out who sends so many \
              signed calls.",
    }
    "replay-forgotten" code AUTHENTICATION_FAILED {
        what: "The replay store no longer knows the time of this call.",
        cause: "The clock of this machine was set back beyond what the store remembers; or the Redis with it was restarted after \
                the call was signed, and may have forgotten it.",
        fix: "Keep the clock by NTP; it ends by itself when time has caught up. After a restart of Redis nothing is to be done: \
              KooGallery sends its own call again, signed anew.",
    }
    "replay-store-failed" code INTERNAL_ERROR {
        what: "The replay store could not be asked.",
        cause: "Redis, or the seller's own store, is down, out of reach, or set up so that it would forget calls; the detail of \
                the event says which.",
        fix: "Repair that store. KooGallery sends the call again.",
    }
    "keys-stale" code INTERNAL_ERROR {
        what: "The access keys are too old to be trusted.",
        cause: "Their provider, such as a key manager, has given none for longer than `KeyRefresh::with_max_stale` allows.",
        fix: "Repair the provider, which the events at level WARN name. Calls are served again as soon as it answers.",
    }
    "body" code INVALID_PARAMETER {
        what: "The call is signed, but its body is not what the activity sends.",
        cause: "It is not JSON, or a field is missing, given twice, too long or of another type; the detail of the event names \
                it.",
        fix: "If it comes from the console, correct the value that was typed there. If it is a real call, the vendor's table has \
              changed: report it.",
    }
    "key-of-other-guide" code AUTHENTICATION_FAILED {
        what: "The key that signed this call does not serve its guide.",
        cause: "Each type of interface has a key of its own, and the interface is bound to the wrong one in the console, or \
                `AccessKey::serving` says the wrong guides.",
        fix: "Bind the interface to the key of its type, or correct what the key is said to serve.",
    }
    "unknown-activity" code INVALID_PARAMETER {
        what: "The call is signed, but no method serves its activity.",
        cause: "An interface was registered in the console that the seller has not written, or the vendor has a new one.",
        fix: "Write the method, or declare the activity; or take the interface out of the console.",
    }
    "not-verified" code AUTHENTICATION_FAILED {
        what: "An endpoint was reached without the layer that verifies calls.",
        cause: "A mistake in the program: no `MarketplaceLayer` is around the endpoint, or it does not cover this path.",
        fix: "Put the layer around the endpoint, and name this path if the layer uses `with_routes`.",
    }
}
