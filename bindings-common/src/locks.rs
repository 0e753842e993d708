//! Locks that a panic does not spoil.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lock, also after a panic of somebody who held it: what it guards is whole at any time.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_does_not_spoil_what_is_locked() {
        let number = Mutex::new(1);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = locked(&number);
            panic!("while it is held");
        }));
        assert!(panicked.is_err() && number.is_poisoned());
        assert_eq!(*locked(&number), 1);
    }
}
