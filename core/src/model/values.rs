//! The enumerations of the API. Those that the server writes stay open: a value that this version
//! does not know is kept as it came.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::error::Error;

macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $( $(#[$variant_doc:meta])* $variant:ident = $text:literal $(| $alias:literal)*, )+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$variant_doc])* $variant, )+
            /// A value that this version does not know, as the server wrote it.
            Other(String),
        }

        impl $name {
            /// The API's spelling.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }

            fn known(text: &str) -> Option<Self> {
                $( for spelling in [$text $(, $alias)*] {
                    if text.eq_ignore_ascii_case(spelling) {
                        return Some(Self::$variant);
                    }
                } )+
                None
            }
        }

        /// Known values in any case; everything else is kept as `Other`.
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Other(text.to_owned()))
            }
        }

        /// Known values in any case; everything else is kept as `Other`.
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text).unwrap_or(Self::Other(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

open_enum! {
    /// Whether a document takes part in answers. Its readiness is another matter: a large file is
    /// processed for a while after it was uploaded.
    DocumentStatus {
        /// Feeds answers, once it is ready.
        Active = "active",
        /// Kept, but not used.
        Draft = "draft",
    }
}

open_enum! {
    /// How sure the assistant is of an answer. `High` and `Low` appear in the vendor's pages, `Medium`
    /// is assumed.
    ConfidenceLevel {
        /// The answer rests on the knowledge base.
        High = "high",
        /// In between.
        Medium = "medium",
        /// Hand the question to a person.
        Low = "low",
    }
}

open_enum! {
    /// How far the server is with an answer. What is not known counts as pending.
    RequestStatus {
        /// Still being made.
        Pending = "pending",
        /// Made. The server writes `completed` or `complete`.
        Completed = "completed" | "complete",
        /// Cannot be made. The server writes `failed` or `error`.
        Failed = "failed" | "error",
    }
}

impl RequestStatus {
    /// Whether the server will not change it any more.
    pub fn is_finished(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// A user's judgement of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feedback {
    /// The answer helped.
    Good,
    /// It did not.
    Bad,
}

impl Feedback {
    /// The API's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

impl fmt::Display for Feedback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Feedback {
    type Err = Error;

    /// Reads `good` or `bad`; anything else is `invalid_input` with the field `feedback`.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "good" => Ok(Self::Good),
            "bad" => Ok(Self::Bad),
            // The text is not repeated: it may be a comment that somebody wrote.
            _ => Err(Error::invalid_input("feedback", "feedback must be 'good' or 'bad'")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_are_read_in_any_case_and_others_kept() {
        for (text, expected) in [
            ("active", DocumentStatus::Active),
            ("DRAFT", DocumentStatus::Draft),
            ("Archived", DocumentStatus::Other("Archived".to_owned())),
            ("", DocumentStatus::Other(String::new())),
        ] {
            assert_eq!(DocumentStatus::from(text), expected);
            assert_eq!(DocumentStatus::from(text.to_owned()), expected);
        }
        assert_eq!(ConfidenceLevel::from("High"), ConfidenceLevel::High);
        assert_eq!(ConfidenceLevel::from("medium"), ConfidenceLevel::Medium);
        assert_eq!(ConfidenceLevel::from("LOW"), ConfidenceLevel::Low);
        assert_eq!(ConfidenceLevel::from("very_high").as_str(), "very_high");
    }

    #[test]
    fn only_the_documented_words_end_a_wait() {
        for (text, expected) in [
            ("complete", RequestStatus::Completed),
            ("Completed", RequestStatus::Completed),
            ("FAILED", RequestStatus::Failed),
            ("error", RequestStatus::Failed),
            ("pending", RequestStatus::Pending),
        ] {
            assert_eq!(RequestStatus::from(text), expected);
        }
        for text in ["done", "success", "finished", "processing", "cancelled", " completed", ""] {
            let status = RequestStatus::from(text);
            assert_eq!(status, RequestStatus::Other(text.to_owned()));
            assert!(!status.is_finished(), "{text}");
        }
        assert!(RequestStatus::Completed.is_finished() && RequestStatus::Failed.is_finished());
        assert!(!RequestStatus::Pending.is_finished());
    }

    #[test]
    fn feedback_is_good_or_bad() {
        for feedback in [Feedback::Good, Feedback::Bad] {
            assert_eq!(feedback.as_str().parse::<Feedback>().unwrap(), feedback);
            assert_eq!(feedback.to_string(), feedback.as_str());
        }
        for text in ["", "Good", "great", "good "] {
            let error = text.parse::<Feedback>().unwrap_err();
            assert_eq!(error.kind().as_str(), "invalid_input");
            assert_eq!(error.field(), Some("feedback"));
        }
    }

    #[test]
    fn values_are_written_in_the_api_s_spelling() {
        assert_eq!(serde_json::to_value(RequestStatus::from("COMPLETE")).unwrap(), "completed");
        assert_eq!(DocumentStatus::from("Odd").to_string(), "Odd");
    }
}
