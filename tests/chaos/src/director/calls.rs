//! The calls that workers are told to make, drawn by chance.

use rand::RngExt as _;
use rand::rngs::SmallRng;

use crate::orders::{CallOrder, Question};

/// Operations and how often each is drawn.
const OPERATIONS: [(&str, u32); 11] = [
    ("chat.ask", 30),
    ("chat.submit", 20),
    ("chat.send", 15),
    ("chat.resume", 8),
    ("chat.ask_many", 5),
    ("chat.poll_once", 5),
    ("documents.create_text", 5),
    ("documents.upload", 5),
    ("tenant.get", 5),
    ("chat.feedback", 4),
    ("sessions.close", 3),
];

/// What later calls refer to.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Session and id of answered questions.
    pub(crate) answered: Vec<(String, String)>,
    /// Tokens whose answer nobody has yet.
    pub(crate) tokens: Vec<String>,
}

/// Draws calls, and gives each a number, a session and a text of its own.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) chance: SmallRng,
    seed: u64,
    last: u64,
    /// Part of every message, document, address and key.
    pub(crate) canary: String,
}

impl Drawing {
    pub(crate) fn new(chance: SmallRng, seed: u64) -> Self {
        Self { chance, seed, last: 0, canary: format!("canary-{seed}-") }
    }

    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn message(&self, id: u64) -> String {
        format!("{}message-{id} What is rule {id}?", self.canary)
    }

    fn session(&self, id: u64) -> String {
        format!("s-{}-{id}", self.seed)
    }

    /// A call of one of these operations; all when none is named.
    pub(crate) fn call(&mut self, cancels: bool, among: &[&str], known: &Known) -> CallOrder {
        let fits = |name: &str| among.is_empty() || among.contains(&name);
        let sum: u32 = OPERATIONS.iter().filter(|(name, _)| fits(name)).map(|(_, part)| part).sum();
        let mut place = self.chance.random_range(0..sum.max(1));
        let mut operation = "chat.ask";
        for (name, part) in OPERATIONS.iter().filter(|(name, _)| fits(name)) {
            if place < *part {
                operation = name;
                break;
            }
            place -= part;
        }
        let id = self.number();
        let mut order = CallOrder {
            id,
            session: self.session(id),
            message: self.message(id),
            email: format!("{}address-{}@example.com", self.canary, id % 20),
            title: format!("t-{}-{id}.md", self.seed),
            timeout_ms: if self.chance.random_bool(0.1) {
                self.chance.random_range(50..600)
            } else {
                self.chance.random_range(1_500..20_000)
            },
            retry_unknown: self.chance.random_bool(0.15),
            ..CallOrder::default()
        };
        if cancels && self.chance.random_bool(0.1) {
            order.cancel_after_ms = self.chance.random_range(5..3_000);
        }
        let (tokens, answered) = (known.tokens.len().max(1), known.answered.len().max(1));
        let token = known.tokens.get(self.chance.random_range(0..tokens));
        let answer = known.answered.get(self.chance.random_range(0..answered));
        match (operation, token, answer) {
            ("chat.resume" | "chat.poll_once", Some(token), _) => order.token.clone_from(token),
            ("chat.feedback" | "sessions.close", _, Some((session, request_id))) => {
                order.session.clone_from(session);
                order.request_id.clone_from(request_id);
            }
            // Nothing there yet to refer to.
            ("chat.resume" | "chat.poll_once" | "chat.feedback" | "sessions.close", ..) => {
                operation = "chat.ask";
            }
            ("chat.ask_many", ..) => {
                let count = self.chance.random_range(2..6);
                order.questions = (0..count).map(|_| self.question()).collect();
            }
            _ => {}
        }
        operation.clone_into(&mut order.operation);
        order
    }

    /// The wait for an answer that another process has left.
    pub(crate) fn resume(&mut self, token: &str) -> CallOrder {
        CallOrder {
            id: self.number(),
            operation: "chat.resume".to_owned(),
            token: token.to_owned(),
            timeout_ms: self.chance.random_range(5_000..20_000),
            ..CallOrder::default()
        }
    }

    fn question(&mut self) -> Question {
        let id = self.number();
        Question { id, session: self.session(id), message: self.message(id) }
    }
}
