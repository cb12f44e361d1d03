//! Words that Stripe may add to: an enumeration that keeps what it does not know.

/// An enumeration of Stripe's words. A word that is not in the list is kept as `Other`, so that an
/// answer with news in it can still be read.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$each:meta])* $word:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
        #[serde(from = "String")]
        pub enum $name {
            $($(#[$each])* $word,)+
            /// A word that we do not know.
            Other(String),
        }

        impl $name {
            /// The word as Stripe writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$word => $text,)+
                    $name::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($text => $name::$word,)+
                    _ => $name::Other(word),
                }
            }
        }
    };
}

pub(crate) use words;
