//! Who a call belongs to: account, number and control app.

use serde::Serialize;

use super::Stamp;

/// What is the same in every event of a call.
#[derive(Clone, PartialEq, Debug)]
pub struct Parties {
    /// The account.
    pub account: Account,
    /// The SIP Control App.
    pub app: App,
    /// The number that was called.
    pub tn: Tn,
}

/// An account, in the order of published events.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[allow(missing_docs, reason = "the names are the platform's")]
pub struct Account {
    pub created_on: Stamp,
    pub modified_on: Stamp,
    pub uuid: Box<str>,
    pub email: Box<str>,
    pub name: Box<str>,
    pub phone: u64,
    pub level: Box<str>,
    pub address1: Box<str>,
    pub address2: Box<str>,
    pub zip_code: Box<str>,
    pub city: Box<str>,
    pub deleted_on: Option<Stamp>,
    pub disabled_on: Option<Stamp>,
    pub balance: f64,
}

/// A SIP Control App, in the order of published events.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[allow(missing_docs, reason = "the names are the platform's")]
pub struct App {
    pub created_on: Stamp,
    pub modified_on: Stamp,
    pub uuid: Box<str>,
    pub name: Box<str>,
    pub is_active: bool,
    pub shaken_verify_policy: i64,
    pub shaken_minimum_accepted_attest_lvl: Box<str>,
    pub auto_answer: bool,
    pub max_call_length_min: Option<u32>,
}

/// A number, in the order of published events.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[allow(missing_docs, reason = "the names are the platform's")]
pub struct Tn {
    pub created_on: Stamp,
    pub modified_on: Stamp,
    /// Absent where the called party is no number.
    pub tn: Option<u64>,
    pub deleted_on: Option<Stamp>,
}
