//! Why a leg ended: FreeSWITCH's hangup causes, their numbers, and what they mean to a person.
//!
//! The numbers up to 127 are those of ITU-T Q.850; the rest are FreeSWITCH's own. `mod_sofia` turns
//! causes into SIP answers and SIP answers into causes by **two different tables**, and going
//! through both does not lead back: a received 480 becomes `NO_USER_RESPONSE`, but a leg refused
//! with `NO_USER_RESPONSE` is answered 408, and a received 408 becomes `RECOVERY_ON_TIMER_EXPIRE`.
//!
//! Source of names, numbers and both tables: FreeSWITCH at cc93a683, `switch_types.h`,
//! `switch_channel.c` and `mod_sofia` (`hangup_cause_to_sip` and `sofia_glue.c`).

pub mod sip;
mod table;

use std::fmt;

/// Why a leg ended. Every value is a row of FreeSWITCH's table, and there is a constant for each.
///
/// The order is that of the numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause(u8);

/// What is known of one cause.
struct Row {
    code: u32,
    name: &'static str,
    sip_sent: u16,
    sip_received: &'static [u16],
    short: &'static str,
    meaning: &'static str,
    usually: &'static str,
    check: &'static str,
}

/// The table of causes, in the order of their numbers: from each row a constant of [`Cause`].
macro_rules! causes {
    ($(
        $code:literal $name:ident sent $sent:literal received [$($received:literal),*]
        short $short:literal
        means $meaning:literal
        usually $usually:literal
        check $check:literal
    )*) => {
        /// Each cause's place in the table.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($name),* }

        impl Cause {
            $(
                #[doc = $meaning]
                pub const $name: Self = Self(Place::$name as u8);
            )*
        }

        pub(super) static ROWS: &[Row] = &[$(Row {
            code: $code,
            name: stringify!($name),
            sip_sent: $sent,
            sip_received: &[$($received),*],
            short: $short,
            meaning: $meaning,
            usually: $usually,
            check: $check,
        }),*];
    };
}
use causes;

impl Cause {
    /// Every cause, in the order of the numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        (0u8..).take(table::ROWS.len()).map(Self)
    }

    /// The cause of that exact name, such as `USER_BUSY`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|cause| cause.name() == name)
    }

    /// Short words for the causes that are meant most often. `unreachable` is what `mod_sofia` makes of a
    /// 480, as in the published events (observed in destroyed.json).
    pub const WORDS: [(&str, Self); 4] = [
        ("busy", Self::USER_BUSY),
        ("no-answer", Self::NO_ANSWER),
        ("rejected", Self::CALL_REJECTED),
        ("unreachable", Self::NO_USER_RESPONSE),
    ];

    /// The cause of one of [`Self::WORDS`].
    pub fn from_word(word: &str) -> Option<Self> {
        let mut words = Self::WORDS.into_iter();
        words.find_map(|(one, cause)| (one == word).then_some(cause))
    }

    /// The cause of that number, such as 17.
    pub fn from_code(code: u32) -> Option<Self> {
        Self::all().find(|cause| cause.code() == code)
    }

    /// The cause that `mod_sofia` makes of the final SIP answer to an INVITE.
    ///
    /// Any 2xx is `NORMAL_CLEARING`; an answer without a row of its own is `NORMAL_UNSPECIFIED`.
    /// A `Reason` header with a Q.850 cause, which would win over the status, is not seen here.
    pub fn from_sip_received(status: u16) -> Self {
        if (200..300).contains(&status) {
            return Self::NORMAL_CLEARING;
        }
        Self::all()
            .find(|cause| cause.sip_received().contains(&status))
            .unwrap_or(Self::NORMAL_UNSPECIFIED)
    }

    /// The cause whose name was most likely meant; none where no name is near.
    ///
    /// Case does not count, and a blank or a hyphen is as good as an underscore.
    pub fn nearest(name: &str) -> Option<Self> {
        const LONGEST: usize = 48;
        if name.len() > LONGEST {
            return None;
        }
        let name = name.trim().to_ascii_uppercase().replace(['-', ' '], "_");
        let (distance, cause) = Self::all()
            .map(|cause| (strsim::osa_distance(&name, cause.name()), cause))
            .min()?;
        if distance <= name.len() / 3 {
            return Some(cause);
        }
        // `BUSY` is the end of one name only.
        let ends = |cause: &Self| {
            cause
                .name()
                .strip_suffix(&*name)
                .is_some_and(|rest| rest.ends_with('_'))
        };
        let mut ending = Self::all().filter(ends);
        ending.next().filter(|_| ending.next().is_none())
    }

    /// The name that FreeSWITCH prints, such as `USER_BUSY`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The number: Q.850's up to 127, FreeSWITCH's own above.
    pub fn code(self) -> u32 {
        self.row().code
    }

    /// Whether the number is one that Q.850 can carry, at most 127.
    pub fn is_q850(self) -> bool {
        self.code() <= 127
    }

    /// The SIP status with which `mod_sofia` refuses an inbound leg that was never answered.
    pub fn sip_sent(self) -> u16 {
        self.row().sip_sent
    }

    /// The SIP answers that `mod_sofia` turns into this cause; empty where none does.
    pub fn sip_received(self) -> &'static [u16] {
        self.row().sip_received
    }

    /// What happened, in a few words that follow "it failed:".
    pub fn short(self) -> &'static str {
        self.row().short
    }

    /// What the cause says, in plain words: a full sentence.
    pub fn meaning(self) -> &'static str {
        self.row().meaning
    }

    /// Who or what usually brings it about: a full sentence.
    pub fn usually(self) -> &'static str {
        self.row().usually
    }

    /// What to look at next: a full sentence.
    pub fn check(self) -> &'static str {
        self.row().check
    }

    fn row(self) -> &'static Row {
        &table::ROWS[usize::from(self.0)]
    }
}

impl fmt::Display for Cause {
    /// Writes the name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Cause {
    /// Writes the name and the number, as in `USER_BUSY (17)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_and_names_and_codes_lead_back() {
        let codes: Vec<u32> = Cause::all().map(Cause::code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b));
        for cause in Cause::all() {
            assert_eq!(Cause::from_name(cause.name()), Some(cause));
            assert_eq!(Cause::from_code(cause.code()), Some(cause));
        }
        assert_eq!(Cause::from_name("user_busy"), None);
        assert_eq!(Cause::from_code(999), None);
    }

    #[test]
    fn each_sip_answer_belongs_to_one_cause() {
        let mut seen = Vec::new();
        for cause in Cause::all() {
            for &status in cause.sip_received() {
                assert!(!seen.contains(&status), "{status} twice");
                seen.push(status);
                assert_eq!(Cause::from_sip_received(status), cause);
            }
        }
        assert_eq!(seen.len(), 44);
    }

    #[test]
    fn the_two_directions_are_different_tables() {
        assert_eq!(Cause::from_sip_received(480), Cause::NO_USER_RESPONSE);
        assert_eq!(Cause::NO_USER_RESPONSE.sip_sent(), 408);
        assert_eq!(
            Cause::from_sip_received(408),
            Cause::RECOVERY_ON_TIMER_EXPIRE
        );
    }

    #[test]
    fn answers_without_a_row_have_a_cause_too() {
        assert_eq!(Cause::from_sip_received(202), Cause::NORMAL_CLEARING);
        assert_eq!(Cause::from_sip_received(302), Cause::NORMAL_UNSPECIFIED);
        assert_eq!(Cause::from_sip_received(499), Cause::NORMAL_UNSPECIFIED);
        assert_eq!(Cause::from_sip_received(0), Cause::NORMAL_UNSPECIFIED);
    }

    #[test]
    fn every_cause_is_explained_in_full_sentences() {
        for cause in Cause::all() {
            for text in [cause.meaning(), cause.usually(), cause.check()] {
                assert!(text.ends_with('.'), "{cause}: {text}");
                assert!(text.starts_with(|first: char| !first.is_lowercase()));
                assert!(!text.to_lowercase().contains("unknown"), "{cause}: {text}");
                assert!(!text.contains("  "), "{cause}: {text}");
                assert!(text.len() > 20, "{cause}: {text}");
            }
            let short = cause.short();
            assert!(
                short.starts_with(|first: char| first.is_lowercase()),
                "{short}"
            );
            assert!(!short.ends_with('.') && !short.contains("unknown"));
        }
    }

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let near = |name| Cause::nearest(name).map(Cause::name);
        assert_eq!(near("USR_BUSY"), Some("USER_BUSY"));
        assert_eq!(near("no answer"), Some("NO_ANSWER"));
        assert_eq!(near("No-User-Responce"), Some("NO_USER_RESPONSE"));
        assert_eq!(near("pineapple"), None);
        assert_eq!(near(""), None);
        assert_eq!(near(&"NO_ANSWER".repeat(1000)), None);
    }

    #[test]
    fn only_q850_numbers_are_q850() {
        assert!(Cause::INTERWORKING.is_q850());
        assert!(!Cause::SUCCESS.is_q850());
        assert_eq!(format!("{:?}", Cause::LOSE_RACE), "LOSE_RACE (702)");
    }
}
