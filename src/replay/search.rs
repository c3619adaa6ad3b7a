//! Looks for what a log does not show, where driving a call by the log alone leads elsewhere.
//!
//! A key that a Gather took leaves no entry of its own, and a document may hold commands that never
//! ran. Where the call that was rebuilt parts from the log, each moment shortly before is one at
//! which a key could have come, or another one: the call is driven on from there with each of them,
//! and what comes closest to the log is looked at first.
//!
//! **Invariant:** the search ends. It takes so many steps of the call and keeps so many moments as
//! [`Search::new`] says, the fewer the longer the log.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use super::documents::{Documents, Unseen};
use super::seen::SeenCall;
use super::steer::{Choice, Driver};
use crate::call::Setup;

/// How many moments before a parting are looked at.
const MOMENTS: usize = 32;

/// How many choices of a moment are tried before those of the next earlier one.
const AT_ONCE: usize = 6;

/// How much of the documents is taken to be otherwise at once.
const UNSEEN: usize = 2;

/// The search for one call.
pub(super) struct Search<'a> {
    seen: &'a SeenCall<'a>,
    setup: Arc<Setup>,
    /// What may be tried, the best first.
    untried: BTreeMap<Rating, Try<'a>>,
    /// What the documents have been taken to hold otherwise.
    documents: BTreeSet<BTreeSet<Unseen>>,
    /// How many more steps calls may be driven.
    steps: usize,
    /// How many things to try are kept.
    most: usize,
    count: usize,
}

/// How promising a try is, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Rating {
    /// How much of the log its parent missed.
    missing: usize,
    /// How much of it is a guess.
    depth: usize,
    /// How long before the parting it is, and how far-fetched.
    distance: usize,
    /// How many of its choices have been tried.
    tried: usize,
    /// Its number, for all to be different.
    order: usize,
}

/// Something to try.
enum Try<'a> {
    /// The documents hold something else.
    Documents(BTreeSet<Unseen>),
    /// At a moment something else came.
    Moment {
        moment: Rc<Driver<'a>>,
        /// What else could have come; not looked for yet where it is absent.
        choices: Option<std::vec::IntoIter<Choice>>,
        otherwise: Rc<BTreeSet<Unseen>>,
    },
}

impl<'a> Search<'a> {
    /// A search from the beginning.
    pub(super) fn new(seen: &'a SeenCall<'a>, setup: Arc<Setup>) -> Self {
        let size = seen.log.len() + 50;
        let mut search = Self {
            seen,
            setup,
            untried: BTreeMap::new(),
            documents: BTreeSet::new(),
            steps: 4 * size + 1_000_000 / size,
            most: 100_000 / size,
            count: 0,
        };
        search.think_of(usize::MAX, 0, 0, BTreeSet::new());
        search
    }

    fn add(&mut self, missing: usize, depth: usize, distance: usize, one: Try<'a>) {
        self.count += 1;
        let rating = Rating {
            missing,
            depth,
            distance,
            tried: 0,
            order: self.count,
        };
        self.untried.insert(rating, one);
        if self.untried.len() > self.most {
            self.untried.pop_last();
        }
    }

    /// Adds documents that hold something else, unless they were thought of.
    fn think_of(
        &mut self,
        missing: usize,
        depth: usize,
        distance: usize,
        otherwise: BTreeSet<Unseen>,
    ) {
        if otherwise.len() <= UNSEEN && self.documents.insert(otherwise.clone()) {
            self.add(missing, depth, distance, Try::Documents(otherwise));
        }
    }

    /// The call from its beginning, with documents that hold something else.
    fn begin(&self, otherwise: &BTreeSet<Unseen>) -> Option<Driver<'a>> {
        let documents = Documents::find(self.seen, otherwise);
        if documents.broken().is_some() {
            return None;
        }
        let setup = self.setup.clone();
        Some(Driver::new(self.seen, Rc::new(documents), setup))
    }

    /// Drives a call on; whether it goes as the log has it. What else could have come is to be tried.
    fn follow(
        &mut self,
        driver: &mut Driver<'a>,
        rating: Rating,
        otherwise: &Rc<BTreeSet<Unseen>>,
    ) -> bool {
        let mut trail = VecDeque::new();
        let is_match = driver.follow(&mut self.steps, &mut trail, MOMENTS);
        // One that goes as the log has it and is wanted no more gives another call when it is played:
        // what comes after it is no better than what came before.
        let missing = match is_match {
            true => rating.missing,
            false => missing(driver),
        };
        let depth = rating.depth + 1;
        for (distance, unseen) in driver.unseen().into_iter().enumerate() {
            let mut other = BTreeSet::clone(otherwise);
            if !other.remove(&unseen) {
                other.insert(unseen);
            }
            self.think_of(missing, depth, 2 + distance, other);
        }
        for (distance, moment) in trail.into_iter().rev().enumerate() {
            let one = Try::Moment {
                moment,
                choices: None,
                otherwise: otherwise.clone(),
            };
            self.add(missing, depth, distance, one);
        }
        is_match
    }
}

impl<'a> Iterator for Search<'a> {
    type Item = Driver<'a>;

    /// The next way in which the call goes as the log has it.
    fn next(&mut self) -> Option<Driver<'a>> {
        while self.steps > 0 {
            let (rating, one) = self.untried.pop_first()?;
            self.steps -= 1;
            let mut rest = None;
            let (mut driver, otherwise) = match one {
                Try::Documents(otherwise) => {
                    let Some(driver) = self.begin(&otherwise) else {
                        continue;
                    };
                    (driver, Rc::new(otherwise))
                }
                Try::Moment {
                    moment,
                    choices,
                    otherwise,
                } => {
                    let mut choices = choices.unwrap_or_else(|| moment.choices().into_iter());
                    let Some(choice) = choices.next() else {
                        continue;
                    };
                    let mut driver = Driver::clone(&moment);
                    rest = Some(Try::Moment {
                        moment,
                        choices: Some(choices),
                        otherwise: otherwise.clone(),
                    });
                    driver.choose(choice);
                    (driver, otherwise)
                }
            };
            let is_match = self.follow(&mut driver, rating, &otherwise);
            if let Some(rest) = rest {
                let tried = rating.tried + 1;
                let later = Rating {
                    // Where one choice leads, another of the same moment may lead too.
                    missing: match is_match {
                        true => rating.missing,
                        false => rating.missing.min(missing(&driver)),
                    },
                    tried,
                    distance: rating.distance + usize::from(tried % AT_ONCE == 0),
                    ..rating
                };
                self.untried.insert(later, rest);
            }
            if is_match {
                return Some(driver);
            }
        }
        None
    }
}

/// How much of the log a call has missed.
fn missing(driver: &Driver<'_>) -> usize {
    usize::MAX - driver.matched.facts
}
