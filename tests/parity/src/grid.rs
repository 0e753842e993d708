//! A table of things by client, and what is wrong in it.

/// What a client has of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// What all have.
    Same,
    /// Something else, and what.
    Different(String),
    /// Nothing, and why.
    Missing(String),
    /// Nothing to compare, by rule.
    NotCompared(&'static str),
}

impl Cell {
    /// What is wrong, if anything is.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Same | Self::NotCompared(_) => None,
            Self::Different(reason) | Self::Missing(reason) => Some(reason),
        }
    }
}

/// A thing, with a cell for each of the grid's columns.
pub(crate) struct Row {
    pub(crate) group: String,
    pub(crate) name: String,
    /// What the thing is, for readers.
    pub(crate) note: String,
    pub(crate) cells: Vec<Cell>,
}

/// A table of things by client.
pub(crate) struct Grid {
    pub(crate) title: &'static str,
    /// What the rows are called.
    pub(crate) things: &'static str,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
    /// Fewer rows than this, and something was not looked at.
    pub(crate) least: usize,
    /// What is wrong and belongs to no cell.
    pub(crate) faults: Vec<String>,
}

impl Grid {
    /// The rows in which all columns were compared.
    pub(crate) fn compared(&self) -> usize {
        let compared = |row: &&Row| !row.cells.iter().any(|c| matches!(c, Cell::NotCompared(_)));
        self.rows.iter().filter(compared).count()
    }

    /// The cells in which something is wrong: row, column, reason.
    pub(crate) fn wrong(&self) -> impl Iterator<Item = (&Row, &'static str, &str)> {
        self.rows.iter().flat_map(|row| {
            let cells = self.columns.iter().zip(&row.cells);
            cells.filter_map(move |(column, cell)| Some((row, *column, cell.reason()?)))
        })
    }

    /// What is wrong with the table as a whole.
    pub(crate) fn all_faults(&self) -> Vec<String> {
        let mut faults = self.faults.clone();
        let found = self.rows.len().min(self.compared_or_all());
        if found < self.least {
            faults.push(format!("{found} {} are too few: at least {}", self.things, self.least));
        }
        let ragged = self.rows.iter().filter(|row| row.cells.len() != self.columns.len());
        faults.extend(ragged.map(|row| format!("{} has not all cells", row.name)));
        faults
    }

    fn compared_or_all(&self) -> usize {
        if self.columns.len() > 1 { self.compared() } else { self.rows.len() }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_well(&self) -> bool {
        self.wrong().next().is_none() && self.all_faults().is_empty()
    }

    /// The groups, in the order of their rows.
    pub(crate) fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !groups.contains(&row.group.as_str()) {
                groups.push(&row.group);
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(cells: Vec<Cell>, least: usize) -> Grid {
        let row =
            Row { group: "group".to_owned(), name: "name".to_owned(), note: String::new(), cells };
        let columns = vec!["one", "two"];
        let rows = vec![row];
        Grid { title: "Title", things: "things", columns, rows, least, faults: Vec::new() }
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        assert!(grid(vec![Cell::Same, Cell::Same], 1).is_well());
        assert!(!grid(vec![Cell::Same, Cell::Same], 2).is_well());
        assert!(!grid(vec![Cell::Same], 1).is_well());
        assert!(!grid(vec![Cell::Same, Cell::Missing("gone".to_owned())], 1).is_well());
        assert!(!grid(vec![Cell::Same, Cell::Different("x".to_owned())], 1).is_well());
        let mut faulty = grid(vec![Cell::Same, Cell::Same], 1);
        faulty.faults.push("a fault".to_owned());
        assert!(!faulty.is_well());
    }

    #[test]
    fn rows_that_are_not_compared_do_not_count() {
        let loose = || Cell::NotCompared("differs");
        assert!(!grid(vec![loose(), loose()], 1).is_well());
        assert!(grid(vec![loose(), loose()], 0).is_well());
    }
}
