//! The floor: bytes written to a socket and read from it, with as little of HTTP as will do.

use std::sync::{Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::answer::{KEY, PATH, question, read};
use crate::Outcome;

pub(super) struct Sockets {
    address: String,
    head: String,
    idle: Mutex<Vec<TcpStream>>,
}

impl Sockets {
    pub(super) fn new(url: &str) -> Outcome<Self> {
        let (address, base) = super::parts(url)?;
        let head = head(&address, &base);
        Ok(Self { address, head, idle: Mutex::default() })
    }

    pub(super) async fn send(&self) -> Outcome<()> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut stream = match idle {
            Some(stream) => stream,
            None => TcpStream::connect(&self.address).await?,
        };
        stream.set_nodelay(true)?;
        let body = question()?;
        let mut request = format!("{}content-length: {}\r\n\r\n", self.head, body.len());
        request.push_str(std::str::from_utf8(&body)?);
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::with_capacity(1024);
        loop {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err("the server went away".into());
            }
            if let Some(body) = whole_body(&answer) {
                read(body)?;
                break;
            }
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
        Ok(())
    }
}

/// What comes before the length and the body of every question.
pub(super) fn head(address: &str, base: &str) -> String {
    format!(
        "POST {base}{PATH} HTTP/1.1\r\nhost: {address}\r\nuser-agent: uppzy-bench\r\n\
         x-api-key: {KEY}\r\naccept: application/json\r\ncontent-type: application/json\r\n"
    )
}

/// The body, once it is there to its end.
pub(super) fn whole_body(answer: &[u8]) -> Option<&[u8]> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (answer.get(..end)?, answer.get(end + 4..)?);
    let head = std::str::from_utf8(head).ok()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    (body.len() >= length.parse().ok()?).then_some(body)
}
