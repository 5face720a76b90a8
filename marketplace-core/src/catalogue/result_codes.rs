//! What a seller answers.
//!
//! Result code pages `topic_0070649099` (international) and `zh-cn_topic_0070649421` (China), as in [`ResultCode`](crate::ResultCode).

use super::table::entries;

entries! { ResultCode:
    "000000" code SUCCESS {
        what: "The call was carried out.",
        cause: "It succeeded now, or had succeeded before and was repeated: a repeat has the same answer.",
        fix: "Nothing. It is the only code that the debugging console takes for success.",
    }
    "000001" code AUTHENTICATION_FAILED {
        what: "The authentication of the call failed.",
        cause: "The signature, its key or its type of key is wrong, or the same call was accepted before.",
        fix: "Look up the reason in the log of the seller; the caller is not told which check failed.",
    }
    "000002" code INVALID_PARAMETER {
        what: "A parameter of the call is not valid.",
        cause: "A parameter or a field is missing, repeated or malformed, its time is too far from the clock, or no method serves \
                the activity.",
        fix: "Look up the reason in the log of the seller, which names the parameter.",
    }
    "000003" code INSTANCE_NOT_FOUND {
        what: "The seller does not know the instance.",
        cause: "The id was never issued, or the seller has lost it; for licences, it is the licence code. In a debugging call the \
                id may be one that nobody issued.",
        fix: "Keep every id that was answered, look up renewals by the instance and not by the order, and answer debugging calls \
              with success.",
    }
    "000004" code PROCESSING {
        what: "The call is still being processed.",
        cause: "The instance is being set up; KooGallery asks `queryInstance` until it is there.",
        fix: "Finish within the hours in which KooGallery asks, or the order fails and is refunded. The debugging console does \
              not take it for success.",
    }
    "000005" code INTERNAL_ERROR {
        what: "The seller failed for another reason.",
        cause: "A method failed or panicked, or the ledger or the replay store could not be used; the log has the cause.",
        fix: "Repair the cause, then press *Restart Debugging* at the record on the page of service interface messages.",
    }
    "000100" code NO_INSTANCE_AVAILABLE {
        what: "No instance can be allotted to the purchase.",
        cause: "The seller is out of resources at the moment.",
        fix: "Make room before KooGallery stops repeating the call, or the order fails and is refunded.",
    }
    "000101" code MOBILE_NUMBER_UNUSABLE {
        what: "The mobile number is missing or already in use.",
        cause: "The seller needs a mobile number of its own for each buyer. Not every site of KooGallery knows this code.",
        fix: "Ask for the number on the seller's own page, or do without it.",
    }
    "000102" code EMAIL_UNUSABLE {
        what: "The e-mail address is missing or already in use.",
        cause: "The seller needs an address of its own for each buyer. Not every site of KooGallery knows this code.",
        fix: "Ask for the address on the seller's own page, or do without it.",
    }
    "000103" code ALREADY_BOUGHT {
        what: "The product is already bought and cannot be bought again.",
        cause: "The seller sells it once to each buyer, and this is another order. Not every site of KooGallery knows this code.",
        fix: "Make sure that it is not a repeat of the same order line: that one is answered with its instance and success.",
    }
    "000104" code PRODUCT_ERROR {
        what: "The product itself failed.",
        cause: "The service behind the seller's endpoint reported an error. Not every site of KooGallery knows this code.",
        fix: "Look up the cause in the log of the product.",
    }
    "000105" code BENEFIT_ALREADY_HELD {
        what: "The account already has the benefit.",
        cause: "The buyer has subscribed to it before. Not every site of KooGallery knows this code.",
        fix: "Make sure that it is not a repeat of the same order line: that one is answered with its instance and success.",
    }
    "000106" code SOLD_OUT {
        what: "The product is sold out.",
        cause: "The seller has no more of it. Not every site of KooGallery knows this code.",
        fix: "Take the product off the market, or refill it.",
    }
    "000107" code EMAIL_DOMAIN_EXISTS {
        what: "The e-mail domain already exists at the seller.",
        cause: "Another tenant of the SaaS has the domain of this buyer. Not every site of KooGallery knows this code.",
        fix: "Let the buyer choose another domain, or settle with the other tenant.",
    }
    "000900" code LICENCE_QUOTA_EXCEEDED {
        what: "The order has no licence left.",
        cause: "More online licences were asked for than the order paid for.",
        fix: "Release a licence, or let the buyer order more.",
    }
    "000901" code OUTSIDE_ORDER_VALIDITY {
        what: "The time that was asked for lies outside the validity of the order.",
        cause: "An online licence would begin before the order does, or end after it.",
        fix: "Ask for a time within the order, or let the buyer renew it.",
    }
    "000902" code EXPIRY_TIME_REQUIRED {
        what: "The expiry time is missing.",
        cause: "An online licence for a period was asked for without its end.",
        fix: "Ask again with `expireTime`.",
    }
    "000903" code DEVICE_FINGERPRINT_REQUIRED {
        what: "The device fingerprint is missing.",
        cause: "The online licence is bound to a device, and none was named.",
        fix: "Ask again with `deviceFingerprint`.",
    }
}
