//! The server, in the same thread as the client, so that both take turns in the same order every
//! time. It allocates nothing once a connection stands, and is as little as will do.

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ANSWER: &str = r#"{"session_id":"guard-session","request_id":"req_0123456789abcdef0123456789abcdef","answer":"Lamps may be returned within 30 days of delivery with the receipt. Bulbs are excluded. Send the lamp in its box to the address on the receipt, and the price is paid back within a week.","confidence_level":"high","confidence_score":92}"#;
const PENDING: &str = r#"{"request_id":"req_0123456789abcdef0123456789abcdef","session_id":"guard-session","status":"pending"}"#;

/// The whole of an answer to HTTP.
fn http(body: &str) -> Rc<[u8]> {
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
    format!("{head}{length}\r\n\r\n{body}").into_bytes().into()
}

/// Serves in the background. An answer that is asked for is pending at so many polls.
pub(crate) async fn start(pending: u64) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/api/v1", listener.local_addr()?);
    let answers = Answers {
        answer: http(ANSWER),
        completed: http(&ANSWER.replacen('{', "{\"status\":\"completed\",", 1)),
        pending: http(PENDING),
        left: Rc::new(Cell::new(pending)),
    };
    tokio::task::spawn_local(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answers = answers.clone();
            // A connection ends with its client.
            tokio::task::spawn_local(async move { drop(serve(stream, answers).await) });
        }
    });
    Ok(url)
}

#[derive(Clone)]
struct Answers {
    answer: Rc<[u8]>,
    completed: Rc<[u8]>,
    pending: Rc<[u8]>,
    left: Rc<Cell<u64>>,
}

impl Answers {
    fn to(&self, request: &[u8]) -> &[u8] {
        if request.starts_with(b"POST /api/v1/m2m/sites/guard/chat HTTP") {
            return &self.answer;
        }
        if request.starts_with(b"GET ") {
            let Some(left) = self.left.get().checked_sub(1) else { return &self.completed };
            self.left.set(left);
        }
        &self.pending
    }
}

async fn serve(mut stream: TcpStream, answers: Answers) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(16 << 10);
    loop {
        while !is_whole(&buffer) {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        stream.write_all(answers.to(&buffer)).await?;
        buffer.clear();
    }
}

/// Whether a request is there to its end: what the client sends here is either without a body, or
/// an object without another one in it.
fn is_whole(request: &[u8]) -> bool {
    if request.starts_with(b"POST ") {
        request.ends_with(b"}")
    } else {
        request.ends_with(b"\r\n\r\n")
    }
}
