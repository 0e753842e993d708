//! What a process has used so far.

use std::fs;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::Outcome;

/// Processor time of this process with all its threads.
pub(crate) fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

/// The part of it that went by in the kernel, to a hundredth of a second.
pub(crate) fn kernel_time() -> Outcome<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The program's name comes before, in parentheses, and may hold anything.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = fields.split_whitespace().nth(12).ok_or("a stat without stime")?.parse()?;
    Ok(Duration::from_millis(ticks * 10))
}

/// Memory of this process in bytes.
pub(crate) struct Memory {
    /// Resident now.
    pub(crate) resident: u64,
    /// The most that was resident so far.
    pub(crate) peak: u64,
}

/// Reads the memory of this process.
pub(crate) fn memory() -> Outcome<Memory> {
    let status = fs::read_to_string("/proc/self/status")?;
    let field = |name: &str| {
        let text = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = text.and_then(|text| text.trim().strip_suffix(" kB"));
        let kilobytes = kilobytes.ok_or_else(|| format!("no {name} in /proc/self/status"))?;
        Outcome::Ok(kilobytes.trim().parse::<u64>()? << 10)
    };
    Ok(Memory { resident: field("VmRSS:")?, peak: field("VmHWM:")? })
}
