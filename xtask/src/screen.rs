//! What is seen of two lanes on one screen: of each part everything in one piece.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One part is seen as it runs; others when they have ended, and none is between their lines.
pub(crate) struct Screen<W> {
    live: Mutex<W>,
    ended: Mutex<Vec<u8>>,
}

impl Screen<io::Stdout> {
    pub(crate) fn new() -> Self {
        Self::on(io::stdout())
    }
}

impl<W: Write> Screen<W> {
    pub(crate) fn on(out: W) -> Self {
        Self { live: Mutex::new(out), ended: Mutex::default() }
    }

    /// Runs what shows its lines as they come.
    pub(crate) fn live<T>(&self, run: impl FnOnce(&mut dyn Write) -> T) -> T {
        let mut out = whole(&self.live);
        let result = run(&mut *out);
        self.flush(&mut *out);
        result
    }

    /// Shows what has ended, as soon as no other part is in the middle of its lines.
    pub(crate) fn put(&self, text: &[u8]) {
        whole(&self.ended).extend_from_slice(text);
        if let Ok(mut out) = self.live.try_lock() {
            self.flush(&mut *out);
        }
    }

    fn flush(&self, out: &mut W) {
        let ended = std::mem::take(&mut *whole(&self.ended));
        // Nobody may be looking; the checks go on.
        let _ = out.write_all(&ended).and_then(|()| out.flush());
    }
}

#[cfg(test)]
impl Screen<Vec<u8>> {
    pub(crate) fn seen(&self) -> String {
        String::from_utf8(whole(&self.live).clone()).unwrap_or_default()
    }
}

/// What another thread has left is whole, whatever became of the thread.
pub(crate) fn whole<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_beside_a_part_is_seen_after_it() {
        let screen = Screen::on(Vec::new());
        screen.put(b"first\n");
        screen.live(|out| {
            out.write_all(b"live 1\n").unwrap();
            screen.put(b"beside 1\n");
            screen.put(b"beside 2\n");
            out.write_all(b"live 2\n").unwrap();
        });
        screen.put(b"last\n");
        assert_eq!(screen.seen(), "first\nlive 1\nlive 2\nbeside 1\nbeside 2\nlast\n");
    }
}
