//! One macro for the closed vocabularies of AWS: an enumeration whose members are written exactly as AWS writes them.
//!
//! It knows no vocabulary of its own.

macro_rules! words {
    ($(#[$documentation:meta])* $name:ident { $($(#[$member:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$member])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// The word as AWS writes it, also in the scenario file.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

pub(crate) use words;
