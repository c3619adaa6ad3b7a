//! The two macros of the language. They hold declarations only.

/// Declares a command: its struct, its [`Spec`](super::Spec), its reader and its JSON.
///
/// ```text
/// command! {
///     /// What it does.
///     Name {
///         /// What the attribute means.
///         attribute: Type = default, Evidence, flags;
///     }
///     validate { |command, reading| … }
///     compiled {
///         /// What the key holds.
///         key: |command, caller| …;
///     }
///     spec { page: "slug", contains: Contains::Commands }
/// }
/// ```
/// A type without default must be given, unless it is an `Option`. Flags: `content` (may be
/// written as the element's text), `unwritten` (the JSON has it in another form), `also(&[…])`
/// (names that some page writes for it), `assumed(…)` (what is assumed when it is left out).
/// `validate` reports what is wrong with attributes together. `compiled` keys are worked out from
/// the attributes and the caller. `spec` holds further fields of `Spec`.
macro_rules! command {
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident : $type:ty $(= $default:expr)? , $evidence:ident $(, $flag:ident $(($arg:expr))? )* ;
            )*
        }
        $( validate $validate:block )?
        $( compiled { $( $(#[doc = $key_doc:literal])* $key:ident : $compute:expr ; )* } )?
        spec { $( $setting:ident : $value:expr ),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Debug)]
        #[allow(non_snake_case, reason = "attributes are named as in XML")]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $type, )*
        }

        impl $name {
            const ATTRIBUTES: &'static [$crate::command::AttributeSpec] = &[
                $(
                    $crate::command::AttributeSpec::new(
                        $crate::command::key::plain(stringify!($field)),
                        &[$($field_doc),*],
                        <$type as $crate::value::Value>::KIND,
                        $crate::command::Evidence::$evidence,
                    )
                    .absence(<$type as $crate::value::Value>::OPTIONAL, command!(@default $type $(, $default)?))
                    $( .$flag($($arg)?) )*
                ),*
            ];

            /// The command's declaration.
            pub const SPEC: &'static $crate::command::Spec = &$crate::command::Spec {
                name: stringify!($name),
                docs: &[$($doc),*],
                attributes: Self::ATTRIBUTES,
                content: $crate::command::spec::content(Self::ATTRIBUTES),
                compiled: &[
                    $($($crate::command::CompiledSpec {
                        name: $crate::command::key::plain(stringify!($key)),
                        docs: &[$($key_doc),*],
                    }),*)?
                ],
                slots: &{
                    const ATTRIBUTES: &[&str] = &[$($crate::command::key::plain(stringify!($field))),*];
                    const COMPILED: &[&str] = &[$($($crate::command::key::plain(stringify!($key))),*)?];
                    const N: usize = ATTRIBUTES.len() + COMPILED.len() + $crate::command::key::COMMON.len();
                    $crate::command::key::sorted::<N>(ATTRIBUTES, COMPILED)
                },
                read: |reading| Self::read(reading).map($crate::command::Command::$name),
                $($setting: $value,)*
                ..$crate::command::Spec::EMPTY
            };

            /// Reads the command from an element; `None` where something in it cannot be read.
            #[allow(unused, non_snake_case, reason = "commands without attributes use little of it")]
            pub(super) fn read(reading: &mut $crate::command::Reading<'_>) -> Option<Self> {
                use $crate::value::Value;
                #[allow(non_camel_case_types, reason = "attributes are named as in XML")]
                enum Index { $($field),* }
                $( let mut $field: Option<$type> = None; )*
                for attribute in reading.attributes() {
                    let name = attribute.name();
                    $(
                        // A comparison with a constant, for every attribute is looked up by its name.
                        if name == const { $crate::command::key::plain(stringify!($field)) } {
                            $field = reading.value(Index::$field as usize, attribute);
                            continue;
                        }
                    )*
                    $(
                        if const { &Self::ATTRIBUTES[Index::$field as usize] }.also.contains(&name) {
                            reading.contradictory(Index::$field as usize, attribute);
                            $field = reading.value(Index::$field as usize, attribute);
                            continue;
                        }
                    )*
                    reading.other(attribute);
                }
                $(
                    if const { Self::ATTRIBUTES[Index::$field as usize].content } {
                        $field = reading.content(Index::$field as usize).or($field);
                    }
                )*
                $(
                    if $field.is_none() && !reading.was_given(Index::$field as usize) {
                        $field = command!(@absent $type $(, $default)?);
                        reading.assume(const { Self::ATTRIBUTES[Index::$field as usize].assumption });
                    }
                    let $field = $field.or_else(|| reading.missing(Index::$field as usize));
                )*
                let command = Self { $($field: $field?),* };
                if const { !Self::SPEC.exclusive.is_empty() } {
                    reading.exclusive(const { &$crate::command::spec::masks::<{ Self::SPEC.exclusive.len() }>(Self::SPEC) });
                }
                $(
                    let validate: fn(&Self, &mut $crate::command::Reading<'_>) = $validate;
                    validate(&command, reading);
                )?
                Some(command)
            }

            /// Writes one key of the compiled JSON.
            #[allow(unused, reason = "commands without attributes use little of it")]
            pub(super) fn write<M: serde::ser::SerializeMap>(
                &self,
                slot: $crate::command::Slot,
                caller: &str,
                map: &mut M,
            ) -> Result<(), M::Error> {
                use $crate::value::Value;
                match slot {
                    $crate::command::Slot::Attribute(wanted) => {
                        let mut index = 0;
                        $(
                            if index == wanted {
                                let spec = &Self::ATTRIBUTES[index];
                                if spec.written && !self.$field.is_absent() {
                                    map.serialize_entry(spec.name, &self.$field)?;
                                }
                                return Ok(());
                            }
                            index += 1;
                        )*
                    }
                    $crate::command::Slot::Compiled(wanted) => {
                        let mut index = 0;
                        $($(
                            if index == wanted {
                                let compute: fn(&Self, &str) -> _ = $compute;
                                let key = $crate::command::key::plain(stringify!($key));
                                return $crate::command::key::write(map, key, compute(self, caller));
                            }
                            index += 1;
                        )*)?
                    }
                    $crate::command::Slot::Common(_) => {}
                }
                Ok(())
            }
        }
    };

    (@default $type:ty) => { None };
    (@default $type:ty, $default:expr) => {
        Some(|| { let value: $type = $default; $crate::value::Value::text(&value).into_owned() })
    };
    (@absent $type:ty) => { <$type as $crate::value::Value>::absent() };
    (@absent $type:ty, $default:expr) => { Some($default) };
}

/// Declares the list of all commands: their modules, [`Command`](super::Command) and what is done by name.
macro_rules! commands {
    ($($module:ident :: $name:ident,)+) => {
        $(mod $module;)+
        $(pub use $module::$name;)+

        /// Any command.
        #[derive(Clone, PartialEq, Debug)]
        #[allow(missing_docs, reason = "each is documented in its own file")]
        pub enum Command {
            $($name($name),)+
        }

        /// The declarations of all commands, in the order of their names.
        pub const SPECS: &[&Spec] = &[$($name::SPEC,)+];

        impl Command {
            /// Reads a command from an element that its declaration names.
            ///
            /// `None` where something in it cannot be read; the findings say what.
            pub fn read(reading: &mut Reading<'_>, spec: &'static Spec) -> Option<Self> {
                (spec.read)(reading)
            }

            /// The command's declaration.
            pub fn spec(&self) -> &'static Spec {
                match self { $(Self::$name(_) => $name::SPEC,)+ }
            }

            /// What the command does in a call.
            pub fn behavior(&self) -> &dyn crate::channel::Behavior {
                match self { $(Self::$name(command) => command,)+ }
            }

            /// What can be said of the command without any call.
            pub fn describe(&self) -> &dyn crate::command::Describe {
                match self { $(Self::$name(command) => command,)+ }
            }

            /// What the command is, as far as its attributes tell.
            pub fn traits(&self) -> crate::command::Traits<'_> {
                self.describe().traits()
            }

            /// Writes one key of the compiled JSON, where it is the command's own.
            ///
            /// # Errors
            /// Those of the serializer.
            pub fn write<M: serde::ser::SerializeMap>(&self, slot: Slot, caller: &str, map: &mut M) -> Result<(), M::Error> {
                match self { $(Self::$name(command) => command.write(slot, caller, map),)+ }
            }
        }

        /// The declaration of the command with this name, or with one that some page writes for it.
        pub fn spec(name: &str) -> Option<&'static Spec> {
            // A comparison with constants, for every element is looked up by its name.
            match name {
                $(stringify!($name) => Some($name::SPEC),)+
                _ => SPECS.iter().copied().find(|spec| spec.also.contains(&name)),
            }
        }
    };
}
