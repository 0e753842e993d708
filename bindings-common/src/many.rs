//! The streams of results that all languages have.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_util::StreamExt as _;
use uppzy::{
    Answer, AskManyOptions, AskOutcome, AskProgress, Chat, ChatRequest, ChatStatus, PendingAnswer,
    Result,
};

use crate::batches::Batches;
use crate::locks::locked;

/// A question's result, and how far the questions are with it.
pub struct Asked {
    /// The result.
    pub outcome: AskOutcome,
    /// How far they are.
    pub progress: AskProgress,
}

/// A token's result.
pub struct Waited {
    /// The token's place in the input, from 0.
    pub index: usize,
    /// The token.
    pub token: String,
    /// The answer, or what went wrong.
    pub result: Result<Answer>,
}

impl<T: Send + 'static> Batches<T> {
    /// The results of many questions as they come.
    pub fn asked(most: usize, chat: Chat, questions: Vec<ChatRequest>, concurrency: usize) -> Self
    where
        T: From<Asked>,
    {
        Self::new(most, |items| async move {
            let told = Arc::new(Mutex::new(AskProgress { done: 0, failed: 0, total: 0 }));
            let progress = Arc::clone(&told);
            let options = AskManyOptions {
                concurrency,
                on_progress: Some(Arc::new(move |now| *locked(&progress) = now)),
            };
            let mut outcomes = chat.ask_many(questions, options);
            while let Some(outcome) = outcomes.next().await {
                let progress = *locked(&told);
                items.give(Ok(Asked { outcome, progress }.into()));
            }
        })
    }

    /// The results of many tokens as they come.
    pub fn waited(most: usize, chat: Chat, tokens: Vec<String>) -> Self
    where
        T: From<Waited>,
    {
        Self::new(most, |items| async move {
            // A token may be there twice: its results then go to its places in turn.
            let mut places: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, token) in tokens.iter().enumerate().rev() {
                places.entry(token.clone()).or_default().push(index);
            }
            let mut answers = chat.wait_many(tokens);
            while let Some((token, result)) = answers.next().await {
                let index = places.get_mut(&token).and_then(Vec::pop).unwrap_or_default();
                items.give(Ok(Waited { index, token, result }.into()));
            }
        })
    }

    /// The states of an answer as they change.
    pub fn states(most: usize, pending: PendingAnswer) -> Self
    where
        T: From<ChatStatus>,
    {
        Self::new(most, |items| async move {
            let mut states = std::pin::pin!(pending.states());
            while let Some(state) = states.next().await {
                items.give(state.map(Into::into));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use uppzy::ErrorKind;

    use super::*;
    use crate::testing::{Answers, client, spawn};

    const DONE: &str =
        r#"{"request_id":"r1","session_id":"s1","status":"completed","answer":"yes"}"#;

    /// All results, in batches of one, so that each is told with the progress of its time.
    async fn all<T: Send + 'static>(batches: Batches<T>) -> Vec<T> {
        let mut all = Vec::new();
        loop {
            let mut batch = batches.next(spawn).unwrap().await.unwrap();
            if batch.is_empty() {
                return all;
            }
            all.append(&mut batch);
        }
    }

    #[tokio::test]
    async fn every_question_has_a_result_and_is_counted() {
        let chat = client(Answers::new(DONE)).chat();
        let questions = vec![ChatRequest::new("s1", "is it?"), ChatRequest::new("s1", "")];
        let asked = all(Batches::<Asked>::asked(1, chat, questions, 1)).await;
        let answered: Vec<_> = asked
            .iter()
            .map(|Asked { outcome, progress }| {
                (outcome.index, outcome.result.is_ok(), progress.done, progress.failed)
            })
            .collect();
        assert_eq!(answered, [(0, true, 1, 0), (1, false, 2, 1)]);
        assert!(asked.iter().all(|asked| asked.progress.total == 2));
    }

    #[tokio::test]
    async fn a_token_that_is_there_twice_has_a_result_at_each_of_its_places() {
        let client = client(Answers::new(DONE));
        let pending = client.chat().submit(&ChatRequest::new("s1", "is it?")).await.unwrap();
        let tokens = vec![pending.token(), "no token".to_owned(), pending.token()];
        let mut waited = all(Batches::<Waited>::waited(8, client.chat(), tokens.clone())).await;
        waited.sort_by_key(|waited| waited.index);
        for (index, (waited, token)) in waited.iter().zip(&tokens).enumerate() {
            assert_eq!((waited.index, &waited.token), (index, token));
            match &waited.result {
                Ok(answer) => assert_eq!(answer.text(), "yes"),
                Err(error) => assert_eq!((error.kind(), index), (ErrorKind::InvalidInput, 1)),
            }
        }
        assert_eq!(waited.len(), 3);
    }

    #[tokio::test]
    async fn states_come_until_the_answer_is_done() {
        let client = client(Answers::new(DONE));
        let pending = client.chat().submit(&ChatRequest::new("s1", "is it?")).await.unwrap();
        let states = all(Batches::<ChatStatus>::states(8, pending)).await;
        let states: Vec<_> = states.iter().map(|state| state.status_text.as_str()).collect();
        assert_eq!(states, ["completed"]);
    }
}
