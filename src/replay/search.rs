//! Looks for what a log does not show, where driving a call by the log alone leads elsewhere.
//!
//! A key that a Gather took leaves no entry of its own, and a document may hold commands that never
//! ran. Where the call that was rebuilt parts from the log, each moment shortly before is one at
//! which a key could have come, or another one: the call is driven on from there with each of them,
//! and what comes closest to the log is looked at first.
//!
//! **Invariant:** the search ends. It takes so many steps of the call and keeps so many moments as
//! [`Search::new`] says, the fewer the longer the log.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::documents::{Documents, Unseen};
use super::seen::SeenCall;
use super::steer::{Choice, Driver, Trail};
use crate::call::Setup;

/// How many choices of a moment are tried before those of the next earlier one.
const AT_ONCE: usize = 4;

/// How many moments one more guess is worth, and how many a beginning or an end as the log has it.
const GUESS: usize = 6;

/// How much of the documents is taken to be otherwise at once.
const UNSEEN: usize = 6;

/// The search for one call.
pub(super) struct Search<'a> {
    seen: &'a SeenCall<'a>,
    setup: Arc<Setup>,
    /// Whether what comes late is the platform's doing at first.
    is_plain: bool,
    /// What may be tried, by its cost, and what is as good in the order in which it was thought of.
    untried: BTreeMap<(usize, usize), Untried<'a>>,
    /// What the documents may hold otherwise, and at which cost; at none once it was tried.
    documents: BTreeMap<BTreeSet<Unseen>, usize>,
    /// How many more steps calls may be driven.
    steps: usize,
    /// How many things to try are kept.
    most: usize,
    count: usize,
}

/// What may be tried, and how promising it is.
struct Untried<'a> {
    /// How much of the log its parent missed.
    missing: usize,
    /// How far-fetched it is: the guesses that lead there, and how long before the partings they are.
    effort: usize,
    /// How many of its choices have been tried.
    tried: usize,
    what: Try<'a>,
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

impl Untried<'_> {
    fn cost(&self) -> usize {
        self.missing * GUESS + self.effort
    }
}

impl<'a> Search<'a> {
    /// A search from the beginning.
    pub(super) fn new(seen: &'a SeenCall<'a>, setup: Arc<Setup>, is_plain: bool) -> Self {
        let size = seen.log.len() + 50;
        let mut search = Self {
            seen,
            setup,
            is_plain,
            untried: BTreeMap::new(),
            documents: BTreeMap::new(),
            steps: 4 * size + 1_000_000 / size,
            most: 100_000 / size,
            count: 0,
        };
        search.think_of(facts(seen), 0, BTreeSet::new());
        search
    }

    fn add(&mut self, one: Untried<'a>) {
        self.count += 1;
        self.untried.insert((one.cost(), self.count), one);
        if self.untried.len() > self.most {
            self.untried.pop_last();
        }
    }

    /// Adds documents that hold something else, unless they were thought of at no higher cost.
    fn think_of(&mut self, missing: usize, effort: usize, otherwise: BTreeSet<Unseen>) {
        if otherwise.len() > UNSEEN {
            return;
        }
        let one = Untried {
            missing,
            effort,
            tried: 0,
            what: Try::Documents(otherwise.clone()),
        };
        let known = self.documents.entry(otherwise).or_insert(usize::MAX);
        if one.cost() < *known {
            *known = one.cost();
            self.add(one);
        }
    }

    /// The call from its beginning, with documents that hold something else.
    fn begin(&self, otherwise: &BTreeSet<Unseen>) -> Option<Driver<'a>> {
        let documents = Documents::find(self.seen, otherwise);
        if documents.broken().is_some() {
            return None;
        }
        let setup = self.setup.clone();
        let mut driver = Driver::new(self.seen, Rc::new(documents), setup);
        driver.is_plain = self.is_plain;
        Some(driver)
    }

    /// Drives a call on; how much of the log it misses, and whether it goes as the log has it. What
    /// else could have come is to be tried.
    fn follow(
        &mut self,
        driver: &mut Driver<'a>,
        missing: usize,
        effort: usize,
        otherwise: &Rc<BTreeSet<Unseen>>,
    ) -> (usize, bool) {
        let mut trail = Trail::default();
        let is_match = driver.follow(&mut self.steps, &mut trail);
        // One that goes as the log has it and is wanted no more gives another call when it is played:
        // what comes after it is no better than what came before.
        let missing = match is_match {
            true => missing,
            false => facts(self.seen).saturating_sub(driver.matched.facts),
        };
        let effort = effort + GUESS;
        for (distance, unseen) in driver.unseen().into_iter().enumerate() {
            let mut other = BTreeSet::clone(otherwise);
            if !other.remove(&unseen) {
                other.insert(unseen);
            }
            self.think_of(missing, effort + 2 + distance, other);
        }
        for (distance, moment) in trail.backwards() {
            let what = Try::Moment {
                moment,
                choices: None,
                otherwise: otherwise.clone(),
            };
            self.add(Untried {
                missing,
                effort: effort + distance,
                tried: 0,
                what,
            });
        }
        (missing, is_match)
    }
}

impl<'a> Iterator for Search<'a> {
    type Item = Driver<'a>;

    /// The next way in which the call goes as the log has it.
    fn next(&mut self) -> Option<Driver<'a>> {
        while self.steps > 0 {
            let ((cost, _), one) = self.untried.pop_first()?;
            let Untried {
                missing,
                effort,
                tried,
                what,
            } = one;
            self.steps -= 1;
            let mut rest = None;
            let (mut driver, otherwise) = match what {
                Try::Documents(otherwise) => {
                    let known = self.documents.insert(otherwise.clone(), 0);
                    if known.is_some_and(|known| known < cost) {
                        // It was thought of again at a lower cost, and tried.
                        continue;
                    }
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
            let (missed, is_match) = self.follow(&mut driver, missing, effort, &otherwise);
            if let Some(what) = rest {
                let tried = tried + 1;
                self.add(Untried {
                    // Where one choice leads, another of the same moment may lead too.
                    missing: missing.min(missed),
                    effort: effort + usize::from(tried % AT_ONCE == 0),
                    tried,
                    what,
                });
            }
            if is_match {
                return Some(driver);
            }
        }
        None
    }
}

/// How many beginnings and ends there are in what was seen of a call.
fn facts(seen: &SeenCall<'_>) -> usize {
    2 * seen.log.len() + seen.call.children.len()
}
