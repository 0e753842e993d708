//! Where settings that were not given as arguments come from.

use std::collections::HashMap;

/// The process's environment, or pairs that stand for it in tests.
#[derive(Clone, Default)]
pub(crate) enum Environment {
    #[default]
    Process,
    Fixed(HashMap<String, String>),
}

/// A setting's value and its origin, for error texts.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) value: String,
    pub(crate) origin: &'static str,
}

impl Environment {
    pub(crate) fn fixed<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self::Fixed(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The argument, or else the variable. An empty variable counts as not set.
    pub(crate) fn setting(
        &self,
        argument: Option<String>,
        variable: &'static str,
    ) -> Option<Setting> {
        if let Some(value) = argument {
            return Some(Setting { value, origin: "argument" });
        }
        let value = match self {
            Self::Process => std::env::var(variable).ok(),
            Self::Fixed(pairs) => pairs.get(variable).cloned(),
        };
        value.filter(|value| !value.is_empty()).map(|value| Setting { value, origin: variable })
    }
}
