//! Sets of words of the wire.

/// An enum of words: read from text, seen as it is, unknown words refused with the list of those allowed.
macro_rules! wire_enum {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// The word of the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::call::RequestField for $name {
            type Stored = Self;
            type View<'a> = Self;

            fn decode<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
                _: &mut $crate::call::Decoder<'de>,
            ) -> Result<Self, D::Error> {
                struct Word;
                impl serde::de::Visitor<'_> for Word {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("text")
                    }

                    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<$name, E> {
                        match word {
                            $($word => Ok($name::$variant),)+
                            _ => Err(E::custom(concat!("not one of" $(, " ", $word)+))),
                        }
                    }
                }
                deserializer.deserialize_str(Word)
            }

            fn view<'a>(stored: &'a Self, _: &'a $crate::call::Source) -> Self {
                *stored
            }
        }
    };
}
pub(crate) use wire_enum;
