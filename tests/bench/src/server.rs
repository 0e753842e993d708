//! A lean HTTP/1.1 server: as little of it as possible shows in the clients' figures. It keeps
//! nothing but counts; an answer's time of completion is a part of its request id.

use std::cell::Cell;
use std::io::{Read as _, Write as _};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;

/// Answers are completed evenly spread between these times after their submission.
const EARLIEST: u64 = 5_000;
const LATEST: u64 = 10_000;

const ANSWER: &str = r#"{"session_id":"bench-session","request_id":"req_0123456789abcdef0123456789abcdef","answer":"Lamps may be returned within 30 days of delivery with the receipt. Bulbs are excluded. Send the lamp in its box to the address on the receipt, and the price is paid back within a week.","confidence_level":"high","confidence_score":92}"#;

/// What the SDK of another service is answered: as long as the other answer.
const COMPLETION: &str = r#"{"id":"chatcmpl-0123456789abcdef","object":"chat.completion","created":1764150000,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"Lamps may be returned within 30 days of delivery with the receipt. Bulbs are excluded. Send the lamp in its box."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":32,"total_tokens":41}}"#;

/// What the server has seen since its start or since the counts were reset.
#[derive(Default)]
struct Counts {
    open: Cell<u64>,
    peak: Cell<u64>,
    opened: Cell<u64>,
    submits: Cell<u64>,
    polls: Cell<u64>,
    /// Milliseconds from each answer being there to the poll that found it, together.
    late: Cell<u64>,
    bytes: Cell<u64>,
}

fn add(cell: &Cell<u64>, number: u64) {
    cell.set(cell.get() + number);
}

/// Serves on a free port of this machine, prints the base URL, and ends with its standard input.
/// Each answer takes `latency`.
pub(crate) fn run(latency: Duration) -> Outcome<()> {
    std::thread::spawn(|| {
        // The parent holds the other end open for as long as it lives.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(tokio::task::LocalSet::new().run_until(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}/api/v1", listener.local_addr()?);
        std::io::stdout().flush()?;
        let (began, counts) = (Instant::now(), Rc::new(Counts::default()));
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            add(&counts.opened, 1);
            add(&counts.open, 1);
            counts.peak.set(counts.peak.get().max(counts.open.get()));
            let counts = Rc::clone(&counts);
            tokio::task::spawn_local(async move {
                // A client that goes in the middle of a request is no fault of the server.
                let _ = serve(stream, &counts, began, latency).await;
                counts.open.set(counts.open.get() - 1);
            });
        }
    }))
}

async fn serve(
    mut stream: TcpStream,
    counts: &Counts,
    began: Instant,
    latency: Duration,
) -> Outcome<()> {
    let mut buffer = Vec::with_capacity(64 << 10);
    loop {
        let (line, head, length) = loop {
            if let Some(found) = head(&buffer) {
                break found;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        drain(&mut stream, &mut buffer, head, length).await?;
        add(&counts.bytes, length);
        let body = answer(&line, counts, began);
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// The request line, the head's length and the body's, once the head is there whole.
fn head(buffer: &[u8]) -> Option<(String, usize, u64)> {
    let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(buffer.get(..end)?);
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Some((text.lines().next()?.to_owned(), end, length.unwrap_or(0)))
}

/// Takes a request off the buffer, and reads and forgets what of its body is still to come.
async fn drain(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    head: usize,
    length: u64,
) -> Outcome<()> {
    let here = (buffer.len() - head) as u64;
    if here >= length {
        let whole = head + usize::try_from(length)?;
        buffer.drain(..whole);
        return Ok(());
    }
    buffer.clear();
    let mut left = length - here;
    let mut piece = vec![0; 256 << 10];
    while left > 0 {
        let most = piece.len().min(usize::try_from(left)?);
        let read = stream.read(piece.get_mut(..most).unwrap_or_default()).await?;
        if read == 0 {
            return Err("the client went in the middle of a body".into());
        }
        left -= read as u64;
    }
    Ok(())
}

fn answer(line: &str, counts: &Counts, began: Instant) -> String {
    let path = line.split(' ').nth(1).unwrap_or_default();
    let now = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let last = path.rsplit('/').next().unwrap_or_default();
    match last {
        "chat" => ANSWER.to_owned(),
        "completions" => COMPLETION.to_owned(),
        "async" => {
            let number = counts.submits.get();
            add(&counts.submits, 1);
            // Multiplying by a large odd number spreads successive answers over the whole range.
            let spread = number.wrapping_mul(2_654_435_761) % (LATEST - EARLIEST);
            let id = format!("{}-{number}", now + EARLIEST + spread);
            json!({"request_id": id, "session_id": "bench-session", "status": "pending"})
                .to_string()
        }
        "documents" => json!({"id": "doc_1", "status": "active"}).to_string(),
        "counts" => json!({
            "connections_peak": counts.peak.get(),
            "connections_opened": counts.opened.get(),
            "submits": counts.submits.get(),
            "polls": counts.polls.get(),
            "late": counts.late.get(),
            "bytes": counts.bytes.get(),
        })
        .to_string(),
        "reset" => {
            for cell in
                [&counts.opened, &counts.submits, &counts.polls, &counts.late, &counts.bytes]
            {
                cell.set(0);
            }
            // The connection that asks is not one of the client's.
            counts.peak.set(counts.open.get().saturating_sub(1));
            "{}".to_owned()
        }
        id => {
            add(&counts.polls, 1);
            let due = id.split('-').next().and_then(|due| due.parse().ok()).unwrap_or(0_u64);
            if now >= due {
                add(&counts.late, now - due);
                ANSWER.replacen('{', "{\"status\":\"completed\",", 1)
            } else {
                json!({"request_id": id, "session_id": "bench-session", "status": "pending"})
                    .to_string()
            }
        }
    }
}

/// How long it takes at the most until all answers are completed.
pub(crate) const ALL_COMPLETED: Duration = Duration::from_millis(LATEST);
