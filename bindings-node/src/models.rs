//! What the API answers with, as JSON. The core's structs are taken apart without a rest pattern, so
//! that a new field is not forgotten here.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use uppzy::{Answer, ChatStatus, Document, FeedbackReceipt, Listing, Meta, OpenObject, Session};

/// A model that is written as JSON.
pub(crate) struct Written<'a, T>(pub(crate) &'a T);

/// Writes a model: its fields by name, some in another form.
macro_rules! written {
    ($($model:ident { $($field:ident $(= $form:expr)?),+ $(,)? } $(also { $($also:ident = $value:expr),+ })? ;)+) => { $(
        impl Serialize for Written<'_, $model> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $model { $($field,)+ } = self.0;
                let count = [$(stringify!($field)),+].len() $( + [$(stringify!($also)),+].len() )?;
                let mut object = serializer.serialize_struct(stringify!($model), count)?;
                $( written!(@field object, $field $(, $form)?); )+
                $( $( object.serialize_field(stringify!($also), &($value)(self.0))?; )+ )?
                object.end()
            }
        }
    )+ };
    (@field $object:ident, $field:ident) => {
        $object.serialize_field(stringify!($field), $field)?;
    };
    (@field $object:ident, $field:ident, $form:expr) => {
        $object.serialize_field(stringify!($field), &($form)($field))?;
    };
}

fn time(time: &Option<jiff::Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
}

fn milliseconds(time: &std::time::Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

written! {
    Meta {
        attempts,
        polls,
        elapsed = milliseconds,
        http_status,
        http_request_id,
    };
    Answer {
        session_id,
        request_id,
        answer,
        confidence_level,
        confidence_score,
        is_fallback,
        extra,
        raw,
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
        raw,
        meta = Written,
    } also { is_finished = |status: &ChatStatus| status.status.is_finished() };
    FeedbackReceipt {
        status,
        request_id,
        feedback,
        feedback_submitted_at = time,
        extra,
        raw,
        meta = Written,
    } also { is_first = FeedbackReceipt::is_first };
    Document {
        id,
        title,
        category,
        status,
        ready,
        created_at = time,
        updated_at = time,
        extra,
        raw,
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
        raw,
        meta = Written,
    } also { is_open = Session::is_open };
    OpenObject { fields, raw, meta = Written };
}

impl<T> Serialize for Written<'_, Listing<T>>
where
    for<'a> Written<'a, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Listing { items, extra, raw, meta } = self.0;
        let items: Vec<Written<'_, T>> = items.iter().map(Written).collect();
        let mut object = serializer.serialize_struct("Listing", 4)?;
        object.serialize_field("items", &items)?;
        object.serialize_field("extra", extra)?;
        object.serialize_field("raw", raw)?;
        object.serialize_field("meta", &Written(meta))?;
        object.end()
    }
}
