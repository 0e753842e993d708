//! Connections of HTTP/2.

use super::*;

/// An HTTP/2 connection, and its other end, which says nothing.
async fn common() -> (Common, DuplexStream) {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let builder = http2::Builder::new(TokioExecutor::new());
    let (sender, connection) = builder.handshake(TokioIo::new(ours)).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    (Common::new(sender), theirs)
}

#[tokio::test]
async fn one_connection_of_http_2_serves_all_who_wait_and_all_who_come() {
    let pool = Arc::<Pool>::default();
    let mut waiting: Vec<Waiting> = (0..3).map(|_| pool.take_or_wait().err().unwrap()).collect();
    let ((first, _peer), (second, mut superfluous)) = (common().await, common().await);
    pool.deliver(Made::Common(first), waiting[1].number);
    for waiting in &mut waiting {
        assert!(waiting.handed.try_recv().unwrap().unwrap().is_fresh());
    }
    assert!(pool.has_common());
    // One that was being made at the same time.
    pool.deliver(Made::Common(second), waiting[0].number);
    patient(superfluous.read_to_end(&mut Vec::new())).await.unwrap();
    assert!(!pool.take_or_wait().ok().unwrap().is_fresh());
    assert!(pool.has_common());
}

#[tokio::test]
async fn a_connection_of_http_2_idles_from_the_end_of_its_last_request() {
    let pool = Arc::<Pool>::default();
    let (common, mut peer) = common().await;
    pool.deliver(Made::Common(common), 0);
    let shares = [pool.take_or_wait().ok().unwrap(), pool.take_or_wait().ok().unwrap()];
    let later = Instant::now() + seconds(3600);
    assert_eq!(pool.close_idle(later), Some(later + USUAL_IDLE), "in use");
    let [one, other] = shares;
    drop(one);
    assert_eq!(pool.close_idle(later), Some(later + USUAL_IDLE), "still in use");
    let before = Instant::now();
    drop(other);
    let until = pool.close_idle(before).unwrap();
    assert!((before + USUAL_IDLE..=Instant::now() + USUAL_IDLE).contains(&until));
    assert_eq!(pool.close_idle(until), None);
    patient(peer.read_to_end(&mut Vec::new())).await.unwrap();
    assert!(pool.take_or_wait().is_err());
}

#[tokio::test]
async fn a_closed_pool_keeps_no_connection_of_http_2() {
    let pool = Arc::<Pool>::default();
    let ((kept, mut first), (late, mut second)) = (common().await, common().await);
    pool.deliver(Made::Common(kept), 0);
    pool.close();
    patient(first.read_to_end(&mut Vec::new())).await.unwrap();
    let mut waiting = pool.take_or_wait().err().unwrap();
    pool.deliver(Made::Common(late), waiting.number);
    assert!(!pool.has_common());
    drop(waiting.handed.try_recv().unwrap());
    patient(second.read_to_end(&mut Vec::new())).await.unwrap();
}
