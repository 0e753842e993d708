//! Which part of the checks may begin when.

/// A part by its language and name.
pub(crate) type Name = (&'static str, &'static str);

/// Parts of one lane run one after the other, beside those of the other lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// What runs the project's code against time: undisturbed, as far as the machine allows.
    Tests,
    /// What computes only, whenever the tests leave time for it.
    Builds,
}

/// When a part may begin. Parts that are not to be run are not waited for.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) name: Name,
    pub(crate) lane: Lane,
    /// Those that have to end well before.
    pub(crate) needs: Vec<Name>,
    /// Those that have to end before, in whichever way.
    pub(crate) after: Vec<Name>,
    /// Whether it begins only when the lane of builds has nothing to run any more.
    pub(crate) is_undisturbed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Ended { well: bool },
}

/// What a lane is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Run(usize),
    /// This one cannot run any more. It counts as ended, and not well.
    Refuse(usize, String),
    /// Nothing before another part has ended.
    Wait,
    /// Nothing any more.
    Nothing,
}

/// All parts of a run.
pub(crate) struct Schedule {
    parts: Vec<(Place, State)>,
}

impl Schedule {
    pub(crate) fn new(places: impl IntoIterator<Item = Place>) -> Self {
        Self { parts: places.into_iter().map(|place| (place, State::Waiting)).collect() }
    }

    /// What the lane is to do now. Among the parts that may begin, those come first that the other lane waits
    /// for, and then those that stand first. When the tests that are left wait for all builds, their lane
    /// makes builds too.
    pub(crate) fn next(&mut self, lane: Lane) -> Next {
        if let Some((index, reason)) = self.refusal(lane) {
            self.end(index, false);
            return Next::Refuse(index, reason);
        }
        let lends_a_hand = lane == Lane::Tests && self.tests_wait_for_builds();
        let first = self.first_ready(lane);
        match first.or_else(|| lends_a_hand.then(|| self.first_ready(Lane::Builds))?) {
            Some(index) => {
                self.set(index, State::Running);
                Next::Run(index)
            }
            None if self.waits(lane) || lends_a_hand && self.waits(Lane::Builds) => Next::Wait,
            None => Next::Nothing,
        }
    }

    /// Of the parts of the lane that may begin, the one to begin with.
    fn first_ready(&self, lane: Lane) -> Option<usize> {
        let waiting = self.waiting().filter(|(_, place)| place.lane == lane);
        let ready = waiting.map(|(index, _)| index).filter(|index| self.is_ready(*index));
        // The first of the smallest is taken, and false is smaller than true.
        ready.min_by_key(|index| !self.is_waited_for(*index, lane))
    }

    /// Whether parts of the lane have not begun yet.
    fn waits(&self, lane: Lane) -> bool {
        self.waiting().any(|(_, place)| place.lane == lane)
    }

    /// Whether what is left of the tests, if anything, begins when all builds have ended.
    fn tests_wait_for_builds(&self) -> bool {
        let mut tests = self.waiting().filter(|(_, place)| place.lane == Lane::Tests);
        tests.all(|(_, place)| place.is_undisturbed)
    }

    pub(crate) fn end(&mut self, index: usize, well: bool) {
        self.set(index, State::Ended { well });
    }

    fn set(&mut self, index: usize, state: State) {
        if let Some((_, place)) = self.parts.get_mut(index) {
            *place = state;
        }
    }

    fn waiting(&self) -> impl Iterator<Item = (usize, &Place)> {
        let parts = self.parts.iter().enumerate();
        parts.filter(|(_, (_, state))| *state == State::Waiting).map(|(at, (place, _))| (at, place))
    }

    fn states(&self, name: Name) -> impl Iterator<Item = State> {
        self.parts.iter().filter(move |(place, _)| place.name == name).map(|(_, state)| *state)
    }

    fn is_ready(&self, index: usize) -> bool {
        let ended =
            |name: &Name| self.states(*name).all(|state| matches!(state, State::Ended { .. }));
        self.parts.get(index).is_some_and(|(place, _)| {
            place.needs.iter().chain(&place.after).all(ended)
                && !(place.is_undisturbed && self.has_builds())
        })
    }

    fn has_builds(&self) -> bool {
        let mut builds = self.parts.iter().filter(|(place, _)| place.lane == Lane::Builds);
        builds.any(|(_, state)| !matches!(state, State::Ended { .. }))
    }

    /// A part of the lane that cannot run any more, and why.
    fn refusal(&self, lane: Lane) -> Option<(usize, String)> {
        let failed =
            |name: &&Name| self.states(**name).any(|state| state == State::Ended { well: false });
        let of_lane = || self.waiting().filter(|(_, place)| place.lane == lane);
        for (index, place) in of_lane() {
            if let Some((language, name)) = place.needs.iter().find(failed) {
                return Some((
                    index,
                    format!("not run, since this has failed: {language}: {name}"),
                ));
            }
        }
        let goes_on = self.parts.iter().any(|(_, state)| *state == State::Running)
            || self.waiting().any(|(index, _)| self.is_ready(index));
        let (index, _) = of_lane().next().filter(|_| !goes_on)?;
        Some((index, "not run, since what it waits for waits for it".to_owned()))
    }

    /// Whether parts of another lane cannot begin before that one has ended.
    fn is_waited_for(&self, index: usize, lane: Lane) -> bool {
        let mut names: Vec<Name> =
            self.parts.get(index).map(|(place, _)| place.name).into_iter().collect();
        let mut looked_at = 0;
        while let Some(name) = names.get(looked_at).copied() {
            looked_at += 1;
            for (_, place) in self.waiting() {
                if place.needs.iter().chain(&place.after).any(|before| *before == name) {
                    if place.lane != lane {
                        return true;
                    }
                    if !names.contains(&place.name) {
                        names.push(place.name);
                    }
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &'static str, lane: Lane, needs: &[&'static str]) -> Place {
        let needs = needs.iter().map(|name| ("a", *name)).collect();
        Place { name: ("a", name), lane, needs, after: Vec::new(), is_undisturbed: false }
    }

    #[test]
    fn what_is_undisturbed_waits_for_all_builds() {
        let timed = Place { is_undisturbed: true, ..place("timed", Lane::Tests, &[]) };
        let mut schedule = Schedule::new([
            timed,
            place("other", Lane::Tests, &[]),
            place("lints", Lane::Builds, &[]),
            place("packages", Lane::Builds, &[]),
        ]);
        assert_eq!(schedule.next(Lane::Tests), Next::Run(1));
        schedule.end(1, true);
        assert_eq!(schedule.next(Lane::Builds), Next::Run(2));
        assert_eq!(schedule.next(Lane::Tests), Next::Run(3), "its lane makes builds until then");
        schedule.end(3, true);
        assert_eq!(schedule.next(Lane::Tests), Next::Wait);
        schedule.end(2, true);
        assert_eq!(schedule.next(Lane::Tests), Next::Run(0));
    }

    #[test]
    fn parts_of_a_lane_run_in_their_order() {
        let tests = ["one", "two"].map(|name| place(name, Lane::Tests, &[]));
        let mut schedule = Schedule::new(tests);
        assert_eq!(schedule.next(Lane::Builds), Next::Nothing);
        assert_eq!(schedule.next(Lane::Tests), Next::Run(0));
        schedule.end(0, false);
        assert_eq!(schedule.next(Lane::Tests), Next::Run(1), "whatever the one before came to");
        schedule.end(1, true);
        assert_eq!(schedule.next(Lane::Tests), Next::Nothing);
    }

    #[test]
    fn a_part_waits_for_what_it_needs_and_lets_others_go_first() {
        let mut schedule = Schedule::new([
            place("tests", Lane::Tests, &["environment"]),
            place("others", Lane::Tests, &["what is not to be run"]),
            place("environment", Lane::Builds, &[]),
        ]);
        assert_eq!(schedule.next(Lane::Tests), Next::Run(1));
        schedule.end(1, true);
        assert_eq!(schedule.next(Lane::Tests), Next::Wait);
        assert_eq!(schedule.next(Lane::Builds), Next::Run(2));
        assert_eq!(schedule.next(Lane::Tests), Next::Wait, "it has not ended yet");
        schedule.end(2, true);
        assert_eq!(schedule.next(Lane::Tests), Next::Run(0));
    }

    #[test]
    fn what_needs_a_failed_part_is_refused_and_so_is_what_needs_that() {
        let mut schedule = Schedule::new([
            place("environment", Lane::Builds, &[]),
            place("build", Lane::Builds, &["environment"]),
            place("tests", Lane::Tests, &["build"]),
        ]);
        assert_eq!(schedule.next(Lane::Builds), Next::Run(0));
        schedule.end(0, false);
        let refused = schedule.next(Lane::Builds);
        assert!(matches!(&refused, Next::Refuse(1, why) if why.contains("a: environment")));
        let refused = schedule.next(Lane::Tests);
        assert!(matches!(&refused, Next::Refuse(2, why) if why.contains("a: build")));
        assert_eq!(schedule.next(Lane::Tests), Next::Nothing);
    }

    #[test]
    fn what_only_comes_after_a_failed_part_runs() {
        let report = Place { after: vec![("a", "tests")], ..place("report", Lane::Tests, &[]) };
        let mut schedule = Schedule::new([place("tests", Lane::Builds, &[]), report]);
        assert_eq!(schedule.next(Lane::Tests), Next::Wait);
        assert_eq!(schedule.next(Lane::Builds), Next::Run(0));
        schedule.end(0, false);
        assert_eq!(schedule.next(Lane::Tests), Next::Run(1));
    }

    #[test]
    fn what_the_other_lane_waits_for_goes_first() {
        let mut schedule = Schedule::new([
            place("lints", Lane::Builds, &[]),
            place("tools", Lane::Builds, &[]),
            place("environment", Lane::Builds, &["tools"]),
            place("tests", Lane::Tests, &["environment"]),
        ]);
        for expected in [1, 2, 0] {
            assert_eq!(schedule.next(Lane::Builds), Next::Run(expected));
            schedule.end(expected, true);
        }
    }

    #[test]
    fn parts_that_wait_for_each_other_are_refused() {
        let mut schedule = Schedule::new([
            place("one", Lane::Tests, &["two"]),
            place("two", Lane::Builds, &["one"]),
            place("three", Lane::Builds, &[]),
        ]);
        assert_eq!(schedule.next(Lane::Builds), Next::Run(2));
        assert_eq!(schedule.next(Lane::Tests), Next::Wait, "something still runs");
        schedule.end(2, true);
        assert!(matches!(schedule.next(Lane::Tests), Next::Refuse(0, _)));
        assert!(matches!(schedule.next(Lane::Builds), Next::Refuse(1, _)));
    }
}
