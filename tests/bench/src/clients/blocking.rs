//! Clients that wait on the caller's thread, one question at a time.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use uppzy::ChatRequest;
use uppzy::blocking::Client;

use super::answer::{MESSAGE, SESSION, check, question, read};
use super::socket::{head, whole_body};
use super::{Used, WARM_UP};
use crate::Outcome;

/// Sends that many questions, and prints what they took.
pub(super) fn measured(requests: u64, mut send: impl FnMut() -> Outcome<()>) -> Outcome<()> {
    for _ in 0..requests / WARM_UP {
        send()?;
    }
    let before = Used::now()?;
    let mut times = Vec::new();
    for _ in 0..requests {
        let began = Instant::now();
        send()?;
        times.push(began.elapsed());
    }
    before.print(times)
}

pub(super) fn send_with_uppzy(client: &Client) -> Outcome<()> {
    let answer = client.chat().send(&ChatRequest::new(SESSION, MESSAGE))?;
    check(!answer.text().is_empty() && answer.confidence_score.is_some())
}

/// The floor of a thread that waits: one write and one read.
pub(super) struct Socket {
    stream: TcpStream,
    head: String,
}

impl Socket {
    pub(super) fn new(url: &str) -> Outcome<Self> {
        let (address, base) = super::parts(url)?;
        let stream = TcpStream::connect(&address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, head: head(&address, &base) })
    }

    pub(super) fn send(&mut self) -> Outcome<()> {
        let body = question()?;
        let mut request = format!("{}content-length: {}\r\n\r\n", self.head, body.len());
        request.push_str(std::str::from_utf8(&body)?);
        self.stream.write_all(request.as_bytes())?;
        let mut answer = Vec::with_capacity(1024);
        let mut piece = [0; 1024];
        loop {
            let length = self.stream.read(&mut piece)?;
            if length == 0 {
                return Err("the server went away".into());
            }
            answer.extend_from_slice(piece.get(..length).unwrap_or_default());
            if let Some(body) = whole_body(&answer) {
                return read(body);
            }
        }
    }
}
