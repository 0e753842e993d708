//! Results as one type, plain until a thread of the language takes them.

use serde_json::Value;
use uppzy::{
    Answer, ChatStatus, Document, Event, FeedbackReceipt, Listing, OpenObject, PendingAnswer,
    PollOutcome, Session, UploadProgress,
};

use crate::many::{Asked, Waited};
use crate::upload::Step;

/// What a call can come to. `P` is what the language has for a question that the server has accepted.
pub enum Produced<P> {
    /// Nothing, or the end of what comes in turn.
    Nothing,
    /// A piece of an upload is wanted.
    PieceWanted,
    /// How far an upload is.
    Sent(UploadProgress),
    /// Events, as JSON.
    Events(Value),
    /// An answer.
    Answer(Box<Answer>),
    /// How far the server is with a question.
    Status(Box<ChatStatus>),
    /// What the server says to a rating.
    Receipt(Box<FeedbackReceipt>),
    /// An object whose fields are not documented.
    Open(Box<OpenObject>),
    /// A document.
    Document(Box<Document>),
    /// Documents.
    Documents(Box<Listing<Document>>),
    /// A session.
    Session(Box<Session>),
    /// Sessions.
    Sessions(Box<Listing<Session>>),
    /// A question that the server has accepted.
    Pending(Box<P>),
    /// What one look at an answer found.
    Polled(Box<PollOutcome>),
    /// The result of one of many questions.
    Asked(Box<Asked>),
    /// The result of one of many tokens.
    Waited(Box<Waited>),
    /// Results that came in turn.
    Many(Vec<Self>),
}

macro_rules! produced_from {
    ($($from:ty => $variant:ident;)+) => { $(
        impl<P> From<$from> for Produced<P> {
            fn from(value: $from) -> Self {
                Self::$variant(Box::new(value))
            }
        }
    )+ };
}

produced_from! {
    Answer => Answer;
    ChatStatus => Status;
    FeedbackReceipt => Receipt;
    OpenObject => Open;
    Document => Document;
    Listing<Document> => Documents;
    Listing<Session> => Sessions;
    PollOutcome => Polled;
    Asked => Asked;
    Waited => Waited;
}

impl<P> From<()> for Produced<P> {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl<P> From<Option<Session>> for Produced<P> {
    fn from(session: Option<Session>) -> Self {
        session.map_or(Self::Nothing, |session| Self::Session(Box::new(session)))
    }
}

impl From<PendingAnswer> for Produced<PendingAnswer> {
    fn from(pending: PendingAnswer) -> Self {
        Self::Pending(Box::new(pending))
    }
}

impl<P> From<Step> for Produced<P> {
    fn from(step: Step) -> Self {
        match step {
            Step::PieceWanted => Self::PieceWanted,
            Step::Sent(progress) => Self::Sent(progress),
            Step::Done(document) => Self::Document(document),
        }
    }
}

impl<P> From<Vec<Event>> for Produced<P> {
    fn from(events: Vec<Event>) -> Self {
        match events.is_empty() {
            true => Self::Nothing,
            false => Self::Events(events.iter().map(Event::to_json).collect()),
        }
    }
}

impl<P> From<Vec<Self>> for Produced<P> {
    fn from(items: Vec<Self>) -> Self {
        if items.is_empty() { Self::Nothing } else { Self::Many(items) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Produced = super::Produced<PendingAnswer>;

    #[test]
    fn what_comes_in_turn_ends_with_nothing() {
        assert!(matches!(Produced::from(Vec::<Event>::new()), Produced::Nothing));
        assert!(matches!(Produced::from(Vec::<Produced>::new()), Produced::Nothing));
        let many = Produced::from(vec![Produced::PieceWanted, Produced::Nothing]);
        assert!(matches!(many, Produced::Many(items) if items.len() == 2));
    }

    #[test]
    fn no_session_is_nothing() {
        assert!(matches!(Produced::from(None::<Session>), Produced::Nothing));
    }
}
