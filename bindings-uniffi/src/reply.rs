//! What comes back from the library: one form for all operations, so that many results cross the boundary
//! at once.

use std::sync::Arc;

use uppzy::{
    Answer, ChatStatus, Document, FeedbackReceipt, Listing, OpenObject, PendingAnswer, PollOutcome,
    Session,
};

use crate::events::EventData;
use crate::failure::{CallError, ErrorDetails};
use crate::pending::NativePending;
use crate::records::{
    AnswerData, DocumentData, DocumentListData, OpenData, PolledData, ReceiptData, SessionData,
    SessionListData, StatusData,
};
use crate::stream::{AskedData, WaitedData};
use crate::upload::UploadStep;

macro_rules! replies {
    ($($(#[$doc:meta])+ $variant:ident { $field:ident: $data:ty } of $($from:ty),+;)+) => {
        /// What came of a call.
        #[derive(uniffi::Enum)]
        pub enum Reply {
            $(
                $(#[$doc])+
                $variant {
                    /// What.
                    $field: $data,
                },
            )+
            /// It is done, and there is nothing to tell.
            Done,
            /// It went wrong.
            Failed {
                /// How.
                details: Box<ErrorDetails>,
            },
            /// The caller ended it.
            Cancelled,
        }

        $($(
            impl From<$from> for Reply {
                fn from(result: $from) -> Self {
                    Self::$variant { $field: result.into() }
                }
            }
        )+)+
    };
}

replies! {
    /// An answer.
    Answer { answer: AnswerData } of Answer;
    /// A question that the server has accepted.
    Pending { pending: Arc<NativePending> } of Arc<NativePending>;
    /// How far the server is with a question.
    Status { status: StatusData } of ChatStatus;
    /// What one look at an answer found.
    Polled { polled: PolledData } of PollOutcome;
    /// What the server says to a rating.
    Receipt { receipt: ReceiptData } of FeedbackReceipt;
    /// A document.
    Document { document: DocumentData } of Document;
    /// Documents.
    Documents { documents: DocumentListData } of Listing<Document>;
    /// An object whose fields are not documented.
    Open { fields: OpenData } of OpenObject;
    /// A session, if there is one.
    Session { session: Option<SessionData> } of Option<SessionData>;
    /// Sessions.
    Sessions { sessions: SessionListData } of Listing<Session>;
    /// Results of many questions.
    Asked { results: Vec<AskedData> } of Vec<AskedData>;
    /// Results of many tokens.
    Waited { results: Vec<WaitedData> } of Vec<WaitedData>;
    /// States of an answer.
    States { results: Vec<StatusData> } of Vec<StatusData>;
    /// What a client did.
    Events { results: Vec<EventData> } of Vec<EventData>;
    /// What an upload asks for.
    Step { step: UploadStep } of UploadStep;
}

impl From<()> for Reply {
    fn from((): ()) -> Self {
        Self::Done
    }
}

impl From<PendingAnswer> for Reply {
    fn from(pending: PendingAnswer) -> Self {
        Arc::new(NativePending::from(pending)).into()
    }
}

impl From<Option<Session>> for Reply {
    fn from(session: Option<Session>) -> Self {
        session.map(SessionData::from).into()
    }
}

impl From<Result<Self, CallError>> for Reply {
    fn from(result: Result<Self, CallError>) -> Self {
        match result {
            Ok(reply) => reply,
            Err(CallError::Failed { details }) => Self::Failed { details },
            Err(CallError::Cancelled) => Self::Cancelled,
        }
    }
}
