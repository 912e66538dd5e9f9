//! An example of what a schema allows: what a person begins to edit from, small and valid.

use contract::schema::Schema;
use serde_json::{Map, Value, json};

/// A schema that contains itself ends here.
const DEEPEST: usize = 12;
/// Where nothing says how large.
const NUMBER: i64 = 3;
/// An amount of money that is seen as one, and a moment of these days.
const AMOUNT_MINOR: i64 = 1_000;
const MOMENT_MS: i64 = 1_800_000_000_000;

/// A payload of the bus.
pub(super) fn of_schema(schema: &Schema) -> Value {
    match schema {
        Schema::Text => json!("text"),
        Schema::Flag => json!(true),
        Schema::Integer(least, most) => json!(NUMBER.clamp(*least, *most)),
        Schema::Optional(inner) => of_schema(inner),
        Schema::List(inner) => json!([of_schema(inner)]),
        Schema::Object(members) => {
            members.iter().map(|(name, schema)| (name.clone(), named(name, of_schema(schema)))).collect()
        }
        Schema::OneOf(names) => json!(names.first()),
        Schema::Union { by, variants } => {
            let Some((name, schema)) = variants.first_key_value() else { return Value::Null };
            let mut example = of_schema(schema);
            if let Value::Object(members) = &mut example {
                members.insert(by.clone(), json!(name));
            }
            example
        }
    }
}

/// A text without a better one says which it is: on the page one sees where it has gone. What a number is, its name
/// says.
fn named(name: &str, value: Value) -> Value {
    let (is_text, is_number) = (value == json!("text"), value == json!(NUMBER));
    if is_text {
        json!(name.replace('_', "-"))
    } else if is_number && name.ends_with("_minor") {
        json!(AMOUNT_MINOR)
    } else if is_number && (name.ends_with("at_ms") || name == "now_ms") {
        json!(MOMENT_MS)
    } else {
        value
    }
}

/// A body of the API: `schema` as it stands in the OpenAPI document.
pub(super) fn of_openapi(document: &Value, schema: &Value) -> Value {
    at(document, schema, 0)
}

fn at(document: &Value, schema: &Value, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    let next = |schema: &Value| at(document, schema, depth + 1);
    if let Some(path) = schema["$ref"].as_str() {
        return document.pointer(path.trim_start_matches('#')).map_or(Value::Null, next);
    }
    for stated in ["example", "const", "default"] {
        if let Some(value) = schema.get(stated) {
            return value.clone();
        }
    }
    if let Some(value) = schema["examples"].get(0).or_else(|| schema["enum"].get(0)) {
        return value.clone();
    }
    for choice in ["oneOf", "anyOf"] {
        let mut choices = schema[choice].as_array().into_iter().flatten();
        if let Some(value) = choices.find(|one| one["type"] != "null") {
            return next(value);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let members = parts.iter().filter_map(|part| next(part).as_object().cloned()).flatten();
        return Value::Object(members.collect());
    }
    let is = |kind: &str| {
        schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!(kind)))
    };
    if is("object") || schema["properties"].is_object() {
        return object(schema, next);
    }
    if is("array") {
        return json!([next(&schema["items"])]);
    }
    if is("integer") || is("number") {
        let bound = |name: &str, without: i64| schema[name].as_i64().unwrap_or(without);
        return json!(NUMBER.min(bound("maximum", i64::MAX)).max(bound("minimum", i64::MIN)));
    }
    if is("boolean") { json!(true) } else { json!("text") }
}

/// What it must have: without the rest it is valid as well, and shorter.
fn object(schema: &Value, next: impl Fn(&Value) -> Value) -> Value {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let members = required.map(|name| (name.to_owned(), named(name, next(&schema["properties"][name]))));
    Value::Object(members.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::event::{TOPICS, payload_schema};
    use contract::live::Tables;

    #[test]
    fn every_topic_has_an_example_that_its_reader_takes() {
        for topic in TOPICS {
            let example = of_schema(&payload_schema(topic.name).unwrap());
            assert!(example.is_object(), "{}: {example}", topic.name);
        }
        let balance = of_schema(&payload_schema("wallet.balance").unwrap());
        contract::wire::read::<_, contract::wallet::Balance>(balance).unwrap();
        let session = of_schema(&payload_schema("session.changed").unwrap());
        let session = contract::wire::read::<_, contract::event::SessionState>(session).unwrap();
        assert_eq!(session.player.unwrap().name, "name");
    }

    #[test]
    fn an_answer_of_the_api_has_an_example_that_its_reader_takes() {
        let document = include_str!("../../../gateway/tests/openapi.snap.json");
        let document: Value = serde_json::from_str(document).unwrap();
        let schema = &document["paths"]["/api/live/tables"]["get"]["responses"]["200"]["content"]["application/json"];
        let example = of_openapi(&document, &schema["schema"]);
        let tables = contract::wire::read::<_, Tables>(example).unwrap();
        assert!(tables.tables[0].online && tables.offline_since_ms.is_none(), "{tables:?}");
    }

    #[test]
    fn what_is_stated_is_taken_and_what_contains_itself_ends() {
        let document = json!({ "components": { "schemas": { "Tree": {
            "type": "object", "required": ["name", "size", "tree"],
            "properties": { "name": { "type": "string", "example": "oak" }, "size": { "type": "integer", "maximum": 2 },
                "tree": { "anyOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Tree" }] } } } } } });
        let example = of_openapi(&document, &json!({ "$ref": "#/components/schemas/Tree" }));
        assert_eq!((&example["name"], &example["size"]), (&json!("oak"), &json!(2)));
        assert_eq!(example["tree"]["tree"]["name"], "oak");
    }
}
