//! What a run did, in tables.

use std::collections::BTreeMap;

use comfy_table::Table;
use comfy_table::presets::NOTHING;

use crate::evidence::{Call, Evidence, Resumed};
use crate::orders::Ending;

/// All tables, one below the other.
pub(crate) fn table(evidence: &Evidence) -> String {
    let calls: Vec<&Call> = evidence.calls.values().collect();
    let mut parts = vec![
        endings("language", &calls, |call| call.language.to_owned()),
        endings("operation", &calls, |call| call.order.operation.clone()),
        counts("error", kinds(&calls)),
        counts("fault met", faults(evidence)),
    ];
    let deeds = evidence.deeds.iter().map(|(deed, count)| ((*deed).to_owned(), *count));
    parts.push(counts("done to them", deeds.collect()));
    parts.push(counts("questions and requests", sums(evidence)));
    parts.join("\n\n")
}

fn row(table: &mut Table, cells: impl IntoIterator<Item = String>) {
    table.add_row(cells.into_iter().collect::<Vec<_>>());
}

fn endings(title: &str, calls: &[&Call], of: impl Fn(&Call) -> String) -> String {
    let columns = ["calls", "answered", "pending", "error", "cancelled", "killed", "retry_unknown"];
    let mut sums: BTreeMap<String, [u64; 7]> = BTreeMap::new();
    for call in calls {
        let [all, answered, pending, error, cancelled, killed, unknown] =
            sums.entry(of(call)).or_default();
        *all += 1;
        *killed += u64::from(call.killed && call.ends.is_empty());
        *unknown += u64::from(call.order.retry_unknown);
        match call.ends.first().map(|end| end.result) {
            Some(Ending::Answered) => *answered += 1,
            Some(Ending::Pending) => *pending += 1,
            Some(Ending::Error) => *error += 1,
            Some(Ending::Cancelled) => *cancelled += 1,
            None => {}
        }
    }
    let mut table = Table::new();
    table.load_style(NOTHING);
    row(&mut table, std::iter::once(title).chain(columns).map(str::to_owned));
    for (name, sums) in sums {
        row(&mut table, std::iter::once(name).chain(sums.map(|sum| sum.to_string())));
    }
    table.trim_fmt()
}

fn counts(title: &str, counts: BTreeMap<String, u64>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    row(&mut table, [title.to_owned(), "number".to_owned()]);
    for (name, count) in counts {
        row(&mut table, [name, count.to_string()]);
    }
    table.trim_fmt()
}

fn kinds(calls: &[&Call]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for end in calls.iter().flat_map(|call| &call.ends) {
        if let (Some(kind), Some(outcome)) = (&end.kind, &end.outcome) {
            *counts.entry(format!("{kind}, {outcome}")).or_default() += 1;
        }
    }
    counts
}

fn faults(evidence: &Evidence) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for rule in evidence.journal.values().filter_map(|entry| entry.rule.as_ref()) {
        let name = rule.as_str().map_or_else(|| rule.to_string(), str::to_owned);
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn sums(evidence: &Evidence) -> BTreeMap<String, u64> {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let resumed = |wanted: fn(&Resumed) -> bool| {
        count(evidence.resumed.values().filter(|resumed| wanted(resumed)).count())
    };
    let answered = evidence.calls.values().filter(|call| {
        call.order.operation.starts_with("chat.")
            && call.ends.iter().any(|end| end.result == Ending::Answered)
    });
    BTreeMap::from([
        ("requests in the journal".to_owned(), count(evidence.journal.len())),
        ("questions accepted".to_owned(), count(evidence.questions.len())),
        ("documents kept".to_owned(), count(evidence.documents.len())),
        ("chat calls with an answer".to_owned(), count(answered.count())),
        (
            "tokens resumed at the end, answered".to_owned(),
            resumed(|one| *one == Resumed::Answered),
        ),
        (
            "tokens resumed at the end, failed by the sandbox".to_owned(),
            resumed(|one| *one == Resumed::Failed),
        ),
        (
            "tokens resumed at the end, lost".to_owned(),
            resumed(|one| matches!(one, Resumed::Lost(_))),
        ),
    ])
}
