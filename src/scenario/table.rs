//! The tables of a scenario: each key is declared once.

/// Declares a table: its struct, how it is read, and how it is written.
///
/// Keys that must be there stand in round brackets, all others in braces; their doc comments are what
/// the manual says of them. A key is an `Option`, or has behind a `=` the value that counts where it is
/// absent. What is the default is left out of a file. Of `layered` tables, one can be put over another.
/// The function behind `checks` reports keys that do not go together.
///
/// In square brackets stands how a key is read that is no single value:
///
/// - `from_one`: a number from 1.
/// - `status`: a status; the refusal says which it may be.
/// - `rows`: a list of tables, which is written in one line and may be empty.
/// - `tables`: a list of tables, which somebody else writes.
/// - `apart`: somebody else reads and writes it.
/// - `origin`: no key, but where the table stands.
macro_rules! table {
    (
        $(#[$doc:meta])*
        layered $Name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident: $Type:ty $([$($kind:tt)+])? $(= $default:expr)?,
            )*
        }
    ) => {
        table! {
            $(#[$doc])*
            $Name {
                $($(#[doc = $field_doc])* $field: $Type $([$($kind)+])? $(= $default)?,)*
            }
        }

        impl $Name {
            /// What it says, and what the other says where it says nothing.
            #[must_use]
            pub fn over(self, other: &Self) -> Self {
                let silent = Self::default();
                Self { $($field: if self.$field == silent.$field {
                    other.$field.clone()
                } else {
                    self.$field
                },)* }
            }
        }
    };
    ($(#[$doc:meta])* $Name:ident $fields:tt) => {
        table! { @all $(#[$doc])* $Name () $fields }

        impl $Name {
            pub(super) fn read(table: &mut $crate::table::Table<'_>) -> Self {
                Self::read_keys(table).unwrap_or_default()
            }
        }

        impl Default for $Name {
            fn default() -> Self {
                Self::only()
            }
        }
    };
    (
        $(#[$doc:meta])*
        $Name:ident($($(#[doc = $key_doc:literal])* $key:ident: $Key:ty,)*) $fields:tt
        $(checks $check:path)?
    ) => {
        table! { @all $(#[$doc])* $Name ($($(#[doc = $key_doc])* $key: $Key,)*) $fields $(checks $check)? }

        impl $Name {
            /// What must be said, with the default of all else.
            pub fn new($($key: impl Into<$Key>),*) -> Self {
                Self::only($($key.into()),*)
            }
        }
    };
    (
        @all $(#[$doc:meta])*
        $Name:ident ($($(#[doc = $key_doc:literal])* $key:ident: $Key:ty,)*) {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident: $Type:ty $([$($kind:tt)+])? $(= $default:expr)?,
            )*
        }
        $(checks $check:path)?
    ) => {
        $(#[$doc])*
        #[allow(clippy::doc_markdown, reason = "the manual has its own way to write")]
        #[derive(Clone, PartialEq, Debug)]
        pub struct $Name {
            $($(#[doc = $key_doc])* pub $key: $Key,)*
            $($(#[doc = $field_doc])* pub $field: $Type,)*
        }

        impl $Name {
            fn only($($key: $Key),*) -> Self {
                Self { $($key,)* $($field: table!(@default $($default)?),)* }
            }

            /// None where a key is missing; all others are read before that is said.
            pub(super) fn read_keys(table: &mut $crate::table::Table<'_>) -> Option<Self> {
                $(let $key = table.need(stringify!($key), concat!($($key_doc),*));)*
                $(let $field = table!(
                    @read table (stringify!($field), concat!($($field_doc),*))
                    $([$($kind)+])? $(= $default)?
                );)*
                $($check(table);)?
                Some(Self { $($key: $key?,)* $($field,)* })
            }

            pub(super) fn write_keys(&self, lines: &mut $crate::scenario::write::Lines) {
                $(lines.key(stringify!($key), &self.$key);)*
                $(table!(
                    @write lines (stringify!($field), &self.$field) $([$($kind)+])? $(= $default)?
                );)*
            }
        }
    };

    (@default) => { Default::default() };
    (@default $default:expr) => { $default };

    (@read $table:ident ($key:expr, $docs:expr)) => { $table.get($key, $docs) };
    (@read $table:ident ($key:expr, $docs:expr) = $default:expr) => {
        $table.get_or($key, $docs, $default)
    };
    (@read $table:ident ($key:expr, $docs:expr) [from_one]) => {
        $table.get($key, $docs).map(std::num::NonZeroU32::get)
    };
    (@read $table:ident ($key:expr, $docs:expr) [status $Refusal:ident]) => {
        $table.status($key, $docs, &$crate::table::Refusal::$Refusal)
    };
    (@read $table:ident ($key:expr, $docs:expr) [rows $Row:ident]) => {
        $table.list($key, $docs, $Row::read_keys)
    };
    (@read $table:ident ($key:expr, $docs:expr) [tables $Row:ident]) => {
        $table.tables($key, $docs, $Row::read_keys)
    };
    (@read $table:ident $key:tt [apart]) => { Default::default() };
    (@read $table:ident $key:tt [origin]) => { $crate::scenario::Origin::File($table.span()) };

    (@write $lines:ident ($key:expr, $value:expr)) => { $lines.key($key, $value) };
    (@write $lines:ident ($key:expr, $value:expr) = $default:expr) => {
        $lines.key_unless($key, $value, &$default)
    };
    (@write $lines:ident ($key:expr, $value:expr) [from_one]) => { $lines.key($key, $value) };
    (@write $lines:ident ($key:expr, $value:expr) [status $Refusal:ident]) => {
        $lines.key($key, &$value.map(u32::from))
    };
    (@write $lines:ident ($key:expr, $value:expr) [rows $Row:ident]) => {
        if let Some(rows) = $value {
            $lines.rows($key, &rows.value, $Row::write_keys);
        }
    };
    (@write $lines:ident $key:tt [$($kind:tt)+]) => {};
}

pub(super) use table;
