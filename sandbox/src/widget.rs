//! Settings of the chat widget: names, types and defaults.

use serde_json::{Map, Value, json};

/// What a setting may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Setting {
    Text,
    Flag,
    Number,
    Choice(&'static [&'static str]),
}

impl Setting {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::Choice(names) => value.as_str().is_some_and(|name| names.contains(&name)),
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Text => "a string".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Choice(names) => format!("one of {}", names.join(", ")),
        }
    }

    pub(crate) fn schema(self) -> Value {
        match self {
            Self::Text => json!({"type": "string"}),
            Self::Flag => json!({"type": "boolean"}),
            Self::Number => json!({"type": "number"}),
            Self::Choice(names) => json!({"type": "string", "enum": names}),
        }
    }
}

/// The settings that are known; others are kept as they are.
pub(crate) static SETTINGS: [(&str, Setting); 20] = [
    ("displayName", Setting::Text),
    ("initialMessage", Setting::Text),
    ("suggestedQuestion1", Setting::Text),
    ("suggestedQuestion2", Setting::Text),
    ("suggestedQuestion3", Setting::Text),
    ("footer", Setting::Text),
    ("collectUserFeedback", Setting::Flag),
    ("dailyUserMessageLimit", Setting::Number),
    ("responseLanguageMode", Setting::Choice(&["auto", "forced"])),
    ("defaultLanguage", Setting::Text),
    (
        "agentRolePreset",
        Setting::Choice(&[
            "customer_support",
            "sales_presales",
            "documentation_technical",
            "general_ai",
        ]),
    ),
    ("agentCustomPrompt", Setting::Text),
    ("defaultModel", Setting::Text),
    ("temperature", Setting::Number),
    ("theme", Setting::Choice(&["light", "dark", "system"])),
    ("profilePictureUrl", Setting::Text),
    ("chatBubbleIconUrl", Setting::Text),
    ("primaryColor", Setting::Text),
    ("iconColor", Setting::Text),
    ("bubblePosition", Setting::Text),
];

/// The settings of a new site.
pub(crate) fn defaults() -> Value {
    json!({
        "displayName": "Sandbox assistant",
        "initialMessage": "Hello! What would you like to know?",
        "suggestedQuestion1": "",
        "suggestedQuestion2": "",
        "suggestedQuestion3": "",
        "footer": "",
        "collectUserFeedback": true,
        "dailyUserMessageLimit": 100,
        "responseLanguageMode": "auto",
        "defaultLanguage": "en",
        "agentRolePreset": "customer_support",
        "agentCustomPrompt": "",
        "defaultModel": "sandbox",
        "temperature": 0.2,
        "theme": "system",
        "profilePictureUrl": "",
        "chatBubbleIconUrl": "",
        "primaryColor": "#1f6feb",
        "iconColor": "#ffffff",
        "bubblePosition": "right",
    })
}

/// Says what is wrong with a patch of the settings.
pub(crate) fn validate_patch(patch: &Map<String, Value>) -> Result<(), String> {
    for (name, setting) in &SETTINGS {
        match patch.get(*name) {
            Some(value) if !value.is_null() && !setting.fits(value) => {
                return Err(format!("{name} must be {}", setting.describe()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Merges a patch into a value as RFC 7396 says: objects merge, null removes, the rest replaces.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.remove(name);
            } else {
                merge(target.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_follows_the_examples_of_the_standard() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            (r#"[1,2]"#, r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
            (r#"{}"#, r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
            (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
        ];
        for (target, patch, expected) in cases {
            let mut target: Value = serde_json::from_str(target).unwrap();
            merge(&mut target, &serde_json::from_str(patch).unwrap());
            assert_eq!(target, serde_json::from_str::<Value>(expected).unwrap(), "{patch}");
        }
    }

    #[test]
    fn defaults_fit_the_settings() {
        let defaults = defaults();
        let defaults = defaults.as_object().unwrap();
        assert_eq!(defaults.len(), SETTINGS.len());
        assert_eq!(validate_patch(defaults), Ok(()));
        let patch = json!({"theme": "blue"});
        assert!(validate_patch(patch.as_object().unwrap()).unwrap_err().contains("theme"));
    }
}
