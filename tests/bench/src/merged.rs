//! Several whole runs as one report: the medians of their medians, and the widest ranges.

use crate::report::{Comparison, Report, Row, Spread, Standing};
use crate::scale::Point;

/// The runs as one. All of them did the same jobs.
pub(crate) fn merged(runs: Vec<Report>) -> Report {
    let mut comparisons = Vec::new();
    let mut rows = Vec::new();
    let mut scales = Vec::new();
    for run in runs {
        comparisons.push(run.comparisons);
        rows.push(run.rows);
        scales.push(run.scale);
    }
    Report {
        comparisons: side_by_side(comparisons, comparison),
        rows: side_by_side(rows, row),
        scale: side_by_side(scales, |points| Point::median(&points)),
    }
}

/// What stands at the same place in each list, made into one.
fn side_by_side<T>(lists: Vec<Vec<T>>, mut merge: impl FnMut(Vec<T>) -> Option<T>) -> Vec<T> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    std::iter::from_fn(|| merge(lists.iter_mut().filter_map(Iterator::next).collect())).collect()
}

fn comparison(runs: Vec<Comparison>) -> Option<Comparison> {
    let title = runs.first()?.title.clone();
    let standings = runs.into_iter().map(|run| run.standings).collect();
    Some(Comparison { title, standings: side_by_side(standings, standing) })
}

fn standing(runs: Vec<Standing>) -> Option<Standing> {
    let optional = |value: fn(&Standing) -> Option<f64>| {
        let values: Vec<f64> = runs.iter().filter_map(value).collect();
        (!values.is_empty()).then(|| Spread::of(&values).median)
    };
    let first = runs.first()?;
    Some(Standing {
        client: first.client,
        cpu: spread(runs.iter().map(|run| run.cpu)),
        kernel: optional(|run| run.kernel),
        ratio: first.ratio.map(|_| spread(runs.iter().filter_map(|run| run.ratio))),
        beside_floor: optional(|run| run.beside_floor),
        aim: first.aim,
        requests_per_second: optional(|run| run.requests_per_second),
        p50_ms: optional(|run| run.p50_ms),
        p99_ms: optional(|run| run.p99_ms),
        peak_memory: optional(|run| run.peak_memory),
    })
}

fn row(runs: Vec<Row>) -> Option<Row> {
    let value = spread(runs.iter().map(|run| run.value));
    Some(Row { value, ..runs.into_iter().next()? })
}

fn spread(runs: impl Iterator<Item = Spread> + Clone) -> Spread {
    let medians: Vec<f64> = runs.clone().map(|run| run.median).collect();
    let ends: Vec<f64> = runs.flat_map(|run| [run.least, run.most]).collect();
    let Spread { least, most, .. } = Spread::of(&ends);
    Spread { median: Spread::of(&medians).median, least, most }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(cpu: &[f64], ratio: f64, size: f64) -> Report {
        let standing = |client, ratio| Standing {
            client,
            cpu: Spread::of(cpu),
            kernel: Some(0.5),
            ratio,
            beside_floor: None,
            aim: Some(2.0),
            requests_per_second: Some(ratio.map_or(1.0, |ratio: Spread| ratio.median)),
            p50_ms: None,
            p99_ms: None,
            peak_memory: None,
        };
        let standings = vec![standing("uppzy", None), standing("peer", Some(Spread::of(&[ratio])))];
        Report {
            comparisons: vec![Comparison { title: "Node".to_owned(), standings }],
            rows: vec![Row::new("size", "wheel", "MB", &[size]).aim(2.5)],
            scale: Vec::new(),
        }
    }

    #[test]
    fn the_median_of_the_medians_within_the_widest_range() {
        let runs = vec![
            run(&[1.0, 2.0, 9.0], 3.0, 2.0),
            run(&[4.0], 1.0, 3.0),
            run(&[0.5, 3.0, 5.0], 2.5, 2.4),
        ];
        let Report { comparisons, rows, scale } = merged(runs);
        assert!(scale.is_empty());
        let [Comparison { title, standings }] = comparisons.as_slice() else {
            panic!("there was one comparison")
        };
        assert_eq!(title, "Node");
        let [ours, peer] = standings.as_slice() else { panic!("there were two clients") };
        assert_eq!((ours.client, ours.ratio.is_none()), ("uppzy", true));
        let Spread { median, least, most } = peer.cpu;
        assert_eq!([median, least, most], [3.0, 0.5, 9.0]);
        assert_eq!(peer.ratio.map(|ratio| ratio.median), Some(2.5));
        assert_eq!(peer.requests_per_second, Some(2.5));
        assert_eq!((peer.p50_ms, peer.is_met()), (None, Some(true)));
        let [row] = rows.as_slice() else { panic!("there was one figure") };
        assert_eq!((row.value.median, row.is_met()), (2.4, Some(true)));
    }
}
