//! The crossings that every call takes, of numbers and places in memory only: those are the cheap ones.
//! Addresses are 64 bits wide everywhere, so that Kotlin declares them in one way.
#![allow(
    unsafe_code,
    reason = "places in the memory of the virtual machine are given as addresses"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use super::{Taken, delivery_of};

/// Begins a call of that client, or of none, and gives it that number. The request is copied.
///
/// # Safety
///
/// `request` is the address of `length` bytes, which nobody writes meanwhile.
// SAFETY: no other library that is loaded has a function of this name.
#[unsafe(export_name = "uppzyStart")]
pub(super) unsafe extern "C" fn start(
    delivery: u64,
    client: u64,
    call: u64,
    request: *const u8,
    length: u32,
) {
    let Ok(length) = usize::try_from(length) else { return };
    // SAFETY: as the caller promises.
    let request = unsafe { slice::from_raw_parts(request, length) };
    if let Some(delivery) = delivery_of(delivery) {
        delivery.start(client, call, request);
    }
}

/// Ends a call; its result will not arrive.
// SAFETY: no other library that is loaded has a function of this name.
#[unsafe(export_name = "uppzyCancel")]
pub(super) extern "C" fn cancel(delivery: u64, call: u64) {
    if let Some(delivery) = delivery_of(delivery) {
        delivery.cancel(call);
    }
}

/// Waits until calls have finished, and puts results of them into a place. Gives how many bytes these
/// have; and if there is not enough room for one, how many it needs, below 0.
///
/// # Safety
///
/// `place` is the address of `room` bytes, which nobody else uses meanwhile.
// SAFETY: no other library that is loaded has a function of this name.
#[unsafe(export_name = "uppzyTake")]
pub(super) unsafe extern "C" fn take(delivery: u64, place: *mut u8, room: u64) -> i64 {
    let (Some(delivery), Ok(room)) = (delivery_of(delivery), usize::try_from(room)) else {
        return 0;
    };
    // SAFETY: as the caller promises.
    let place = unsafe { slice::from_raw_parts_mut(place, room) };
    let taken = catch_unwind(AssertUnwindSafe(|| delivery.take(place)));
    match taken {
        Ok(Taken::Bytes(bytes)) => i64::try_from(bytes).unwrap_or_default(),
        Ok(Taken::Needs(bytes)) => i64::try_from(bytes).map_or(0, |bytes| -bytes),
        Err(_) => 0,
    }
}
