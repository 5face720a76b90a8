//! `productInfo`, which the vendor uses and never defines.

use std::fmt;

use marketplace_macros::message;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::Text;
use crate::call::{Decoder, List, RequestField, Source};

message! {
    /// A product as orders name it. Its members are those of the order query; each may be missing.
    pub request part ProductInfo {
        /// The product. It changes when the period type changes.
        product_id: Option<Text<64>>,
        /// The specification. It stays when the period type changes.
        sku_code: Option<Text<64>>,
        /// The quantity, for a linear attribute.
        linear_value: Option<i64>,
        /// The product's name.
        product_name: Option<Text<256>>,
    }
}

/// One product, a list of them, or JSON text that holds either: nobody knows which the vendor sends.
///
/// The order query uses a list under the same name, the vendor's sample could only read text, and another public
/// integration takes an object or text. A handler sees a list.
#[derive(Debug)]
pub struct Products;

impl RequestField for Products {
    type Stored = Vec<ProductInfo>;
    type View<'a> = List<'a, ProductInfo>;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Self::Stored, D::Error> {
        deserializer.deserialize_any(Shapes { decoder, unwrap: true })
    }

    fn view<'a>(stored: &'a Self::Stored, source: &'a Source) -> List<'a, ProductInfo> {
        List::new(stored, source)
    }
}

struct Shapes<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    /// JSON text is unwrapped once, not text in text.
    unwrap: bool,
}

impl<'de> Visitor<'de> for Shapes<'_, 'de> {
    type Value = Vec<ProductInfo>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a product, a list of products, or JSON text of either")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        ProductInfo::decode(MapAccessDeserializer::new(map), self.decoder).map(|product| vec![product])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Vec::<ProductInfo>::decode(SeqAccessDeserializer::new(seq), self.decoder)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if !self.unwrap {
            return Err(E::custom("JSON text inside JSON text"));
        }
        let mut inner = self.decoder.nested();
        let mut json = serde_json::Deserializer::from_str(text);
        let products = json
            .deserialize_any(Shapes { decoder: &mut inner, unwrap: false })
            .and_then(|products| json.end().map(|()| products));
        self.decoder.rejoin(inner);
        products.map_err(E::custom)
    }
}
