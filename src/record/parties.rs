//! Who a call belongs to: account, control app and number.

use super::Stamp;

/// Who a call belongs to. What is absent is not known.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parties {
    /// The account.
    pub account: Option<Account>,
    /// The SIP Control App.
    pub app: Option<App>,
    /// The number that was called.
    pub number: Option<Number>,
}

/// An account.
#[derive(Clone, PartialEq, Debug, Default)]
#[allow(missing_docs, reason = "the names are the platform's")]
pub struct Account {
    pub created: Option<Stamp>,
    pub changed: Option<Stamp>,
    pub uuid: Option<Box<str>>,
    pub email: Option<Box<str>>,
    pub name: Option<Box<str>>,
    pub phone: Option<u64>,
    pub level: Option<Box<str>>,
    pub address1: Option<Box<str>>,
    pub address2: Option<Box<str>>,
    pub zip_code: Option<Box<str>>,
    pub city: Option<Box<str>>,
    pub deleted: Option<Stamp>,
    pub disabled: Option<Stamp>,
    /// It moves with every call.
    pub balance: Option<f64>,
}

/// A SIP Control App.
#[derive(Clone, PartialEq, Debug, Default)]
#[allow(missing_docs, reason = "the names are the platform's")]
pub struct App {
    pub created: Option<Stamp>,
    pub changed: Option<Stamp>,
    pub uuid: Option<Box<str>>,
    pub name: Option<Box<str>>,
    pub is_active: Option<bool>,
    pub shaken_verify_policy: Option<i64>,
    pub shaken_minimum_accepted_attest_lvl: Option<Box<str>>,
    /// Whether it answers calls by itself.
    pub auto_answer: Option<bool>,
    /// The longest call that it allows, in minutes.
    pub max_call_length_min: Option<u32>,
}

/// A telephone number of the account.
#[derive(Clone, PartialEq, Debug, Default)]
#[allow(missing_docs, reason = "the names are the platform's")]
pub struct Number {
    pub created: Option<Stamp>,
    pub changed: Option<Stamp>,
    /// Its digits; absent where the called party is no number.
    pub digits: Option<u64>,
    pub deleted: Option<Stamp>,
}
