//! What the API answers with, as JSON: the fields of a model without their names, which JavaScript
//! parses in half of the time. The core's structs are taken apart without a rest pattern, so that
//! a new field is not forgotten here.

use serde::ser::{Serialize, SerializeTuple as _, Serializer};
use uppzy::{Answer, ChatStatus, Document, FeedbackReceipt, Listing, Meta, OpenObject, Session};

/// A part of a model that is written as JSON.
struct Written<'a, T>(&'a T);

/// A model that is written with its text as the server sent it.
pub(crate) struct Whole<'a, T>(pub(crate) &'a T);

/// A model that is written with an empty place for that text.
pub(crate) struct WithoutRaw<'a, T>(pub(crate) &'a T);

/// What the API answers with.
pub(crate) trait Model: Sized {
    /// Writes all fields, with `raw` as the last.
    fn write<S: Serializer>(&self, raw: &str, serializer: S) -> Result<S::Ok, S::Error>;

    /// The text that the server sent.
    fn raw(&self) -> &str;

    /// The same, without the rest.
    fn into_raw(self) -> Box<str>;
}

impl<T: Model> Serialize for Whole<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(self.0.raw(), serializer)
    }
}

impl<T: Model> Serialize for WithoutRaw<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write("", serializer)
    }
}

/// How often something was said.
macro_rules! count {
    ($($each:ident),*) => { [$(stringify!($each)),*].len() };
}

/// Writes a model's fields in this order, some in another form; then what follows from them; `raw` last.
macro_rules! written {
    ($($model:ident { $($field:ident $(= $form:expr)?),+ $(,)? } $(also { $($also:expr),+ })? ;)+) => { $(
        impl Model for $model {
            fn write<S: Serializer>(&self, raw: &str, serializer: S) -> Result<S::Ok, S::Error> {
                let $model { $($field,)+ raw: _ } = self;
                let count = count!($($field),+) $( + [$(stringify!($also)),+].len() )? + 1;
                let mut fields = serializer.serialize_tuple(count)?;
                $( written!(@field fields, $field $(, $form)?); )+
                $( $( fields.serialize_element(&($also)(self))?; )+ )?
                fields.serialize_element(raw)?;
                fields.end()
            }

            written!(@raw);
        }
    )+ };
    (@field $fields:ident, $field:ident) => {
        $fields.serialize_element($field)?;
    };
    (@field $fields:ident, $field:ident, $form:expr) => {
        $fields.serialize_element(&($form)($field))?;
    };
    (@raw) => {
        fn raw(&self) -> &str {
            &self.raw
        }

        fn into_raw(self) -> Box<str> {
            self.raw
        }
    };
}

fn time(time: &Option<jiff::Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
}

fn milliseconds(time: &std::time::Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

impl Serialize for Written<'_, Meta> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Meta { attempts, polls, elapsed, http_status, http_request_id } = self.0;
        (attempts, polls, milliseconds(elapsed), http_status, http_request_id).serialize(serializer)
    }
}

written! {
    Answer {
        session_id,
        request_id,
        answer,
        confidence_level,
        confidence_score,
        is_fallback,
        extra,
        meta = Written,
    };
    ChatStatus {
        request_id,
        session_id,
        status,
        status_text,
        answer,
        error,
        confidence_level,
        confidence_score,
        extra,
        meta = Written,
    } also { |status: &ChatStatus| status.status.is_finished() };
    FeedbackReceipt {
        status,
        request_id,
        feedback,
        feedback_submitted_at = time,
        extra,
        meta = Written,
    } also { FeedbackReceipt::is_first };
    Document {
        id,
        title,
        category,
        status,
        ready,
        created_at = time,
        updated_at = time,
        extra,
        meta = Written,
    };
    Session {
        id,
        email,
        created_at = time,
        updated_at = time,
        closed_at = time,
        message_count,
        extra,
        meta = Written,
    } also { Session::is_open };
    OpenObject { fields, meta = Written };
}

impl<T: Model> Model for Listing<T> {
    fn write<S: Serializer>(&self, raw: &str, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { items, extra, raw: _, meta } = self;
        let items: Vec<Whole<'_, T>> = items.iter().map(Whole).collect();
        (items, extra, Written(meta), raw).serialize(serializer)
    }

    written!(@raw);
}
