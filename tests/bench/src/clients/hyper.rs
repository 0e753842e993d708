//! Bare hyper: its connections, kept in a list.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::answer::{KEY, PATH, question, read};
use crate::Outcome;

pub(super) struct Connections {
    address: String,
    path: String,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

impl Connections {
    pub(super) fn new(url: &str) -> Outcome<Self> {
        let (address, base) = super::parts(url)?;
        Ok(Self { address, path: format!("{base}{PATH}"), idle: Mutex::default() })
    }

    async fn connection(&self) -> Outcome<SendRequest<Full<Bytes>>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let (connection, driver) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(driver);
        Ok(connection)
    }

    pub(super) async fn send(&self) -> Outcome<()> {
        let mut connection = self.connection().await?;
        connection.ready().await?;
        let request = Request::post(self.path.as_str())
            .header("host", self.address.as_str())
            .header("user-agent", "uppzy-bench")
            .header("x-api-key", KEY)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(question()?)))?;
        let answer = connection.send_request(request).await?;
        let body = answer.into_body().collect().await?.to_bytes();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        read(&body)
    }
}
