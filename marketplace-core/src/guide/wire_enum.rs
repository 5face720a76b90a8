//! Sets of words and of numbers of the wire.

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

/// An enum of numbers: read from a number or from text, seen as it is, unknown numbers refused with the list of those
/// allowed. Where it may be missing, the empty text is nothing.
macro_rules! numbered_enum {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $number:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant = $number,)+
        }

        impl $name {
            /// The number of the wire.
            #[must_use]
            pub fn number(self) -> u8 {
                self as u8
            }
        }

        const _: () = {
            struct Number;
            impl serde::de::Visitor<'_> for Number {
                type Value = $name;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("a number")
                }

                fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<$name, E> {
                    match number {
                        $($number => Ok($name::$variant),)+
                        _ => Err(E::custom(concat!("not one of" $(, " ", $number)+))),
                    }
                }

                // One digit, neither more nor less.
                fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                    self.visit_u64(match text.as_bytes() {
                        [digit @ b'0'..=b'9'] => u64::from(digit - b'0'),
                        _ => u64::MAX,
                    })
                }
            }
            $crate::call::scalar_field!($name = $name, Number);
        };
    };
}
pub(crate) use numbered_enum;
