//! Waking an event loop from a thread that must not touch the interpreter.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

#[cfg(unix)]
use std::os::fd::{AsRawFd as _, OwnedFd};

/// Wakes whoever waits, once for any number of reasons.
pub(crate) struct Wake {
    /// A wake-up is on its way that has not been taken yet.
    pending: AtomicBool,
    channel: Channel,
}

enum Channel {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    Event(OwnedFd),
    #[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
    Pipe { read: OwnedFd, write: OwnedFd },
    /// For loops that cannot watch a descriptor: a thread waits here.
    Thread(Mutex<bool>, Condvar),
}

impl Wake {
    pub(crate) fn thread() -> Self {
        Self::over(Channel::Thread(Mutex::new(false), Condvar::new()))
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) fn descriptor() -> io::Result<Self> {
        use rustix::event::{EventfdFlags, eventfd};
        let event = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self::over(Channel::Event(event)))
    }

    #[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
    pub(crate) fn descriptor() -> io::Result<Self> {
        let (read, write) = rustix::pipe::pipe()?;
        for end in [&read, &write] {
            rustix::io::fcntl_setfd(end, rustix::io::FdFlags::CLOEXEC)?;
            rustix::io::ioctl_fionbio(end, true)?;
        }
        Ok(Self::over(Channel::Pipe { read, write }))
    }

    #[cfg(not(unix))]
    pub(crate) fn descriptor() -> io::Result<Self> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    fn over(channel: Channel) -> Self {
        Self { pending: AtomicBool::new(false), channel }
    }

    /// What an event loop watches for reading; none if a thread has to wait instead.
    #[cfg(unix)]
    pub(crate) fn number(&self) -> Option<i32> {
        match &self.channel {
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Channel::Event(event) => Some(event.as_raw_fd()),
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            Channel::Pipe { read, .. } => Some(read.as_raw_fd()),
            Channel::Thread(..) => None,
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn number(&self) -> Option<i32> {
        None
    }

    /// Claims the next wake-up: whoever gets true has to `signal` it, soon.
    pub(crate) fn claim(&self) -> bool {
        !self.pending.swap(true, Ordering::AcqRel)
    }

    /// Wakes the waiting side.
    pub(crate) fn signal(&self) {
        match &self.channel {
            // A full counter or pipe is one that wakes already.
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Channel::Event(event) => drop(rustix::io::write(event, &1_u64.to_ne_bytes())),
            #[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
            Channel::Pipe { write, .. } => drop(rustix::io::write(write, &[1])),
            Channel::Thread(woken, arrived) => {
                *woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
                arrived.notify_all();
            }
        }
    }

    /// Takes the wake-up. Before what it was for is looked at: what comes later wakes again.
    pub(crate) fn take(&self) {
        match &self.channel {
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Channel::Event(event) => drop(rustix::io::read(event, &mut [0; 8])),
            #[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
            Channel::Pipe { read, .. } => drop(rustix::io::read(read, &mut [0; 8])),
            Channel::Thread(..) => {}
        }
        self.pending.store(false, Ordering::Release);
    }

    /// Waits on the caller's thread, and says whether there was a wake-up.
    pub(crate) fn wait(&self, longest: Duration) -> bool {
        match &self.channel {
            Channel::Thread(woken, arrived) => {
                let woken = woken.lock().unwrap_or_else(PoisonError::into_inner);
                let (mut woken, _) = arrived
                    .wait_timeout_while(woken, longest, |woken| !*woken)
                    .unwrap_or_else(PoisonError::into_inner);
                std::mem::take(&mut *woken)
            }
            #[cfg(unix)]
            _ => false,
        }
    }
}
