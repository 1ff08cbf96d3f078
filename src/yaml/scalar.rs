use std::borrow::Cow;

use super::tree::Data;

/// What a plain scalar means.
#[derive(Debug)]
pub(super) enum Plain<'s> {
    Data(Data<'s>),
    /// `.inf`, `.nan` and their like, and numbers too large for 64 bits of float.
    NonFinite,
    /// A whole number that needs more than 64 bits.
    OutOfRange,
}

/// Resolves a plain scalar by the core schema ([YAML 1.2.2, 10.3.2](https://yaml.org/spec/1.2.2/#1032-tag-resolution)).
pub(super) fn resolve(text: Cow<'_, str>) -> Plain<'_> {
    let data = match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Data::Null,
        "true" | "True" | "TRUE" => Data::Bool(true),
        "false" | "False" | "FALSE" => Data::Bool(false),
        // Most scalars are prose; what cannot begin a number is not looked at further.
        other if other.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) => {
            return number(other).unwrap_or(Plain::Data(Data::Text(text)));
        }
        _ => Data::Text(text),
    };
    Plain::Data(data)
}

/// Whether YAML 1.1 reads this plain scalar as a boolean where YAML 1.2 reads text.
pub(super) fn is_ambiguous_boolean(text: &str) -> bool {
    matches!(text, "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF")
}

fn number(text: &str) -> Option<Plain<'static>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Plain::NonFinite);
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let all = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            return all.then(|| u64::from_str_radix(digits, radix).map_or(Plain::OutOfRange, integer));
        }
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(match (text.parse::<i64>(), text.parse::<u64>()) {
            (Ok(number), _) => Plain::Data(Data::Integer(number)),
            (_, Ok(number)) => integer(number),
            _ => Plain::OutOfRange,
        });
    }
    if !is_float(unsigned) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    Some(if number.is_finite() { Plain::Data(Data::Float(number)) } else { Plain::NonFinite })
}

fn integer(number: u64) -> Plain<'static> {
    Plain::Data(i64::try_from(number).map_or(Data::Unsigned(number), Data::Integer))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let mut rest = &text[whole..];
    let mut fraction = 0;
    if let Some(after) = rest.strip_prefix('.') {
        fraction = digits(after);
        rest = &after[fraction..];
    }
    if whole + fraction == 0 {
        return false;
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return rest.is_empty();
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    !exponent.is_empty() && digits(exponent) == exponent.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_core_schema() {
        for (text, expected) in [
            ("", "Data(Null)"),
            ("~", "Data(Null)"),
            ("nULL", "Data(Text(\"nULL\"))"),
            ("True", "Data(Bool(true))"),
            ("yes", "Data(Text(\"yes\"))"),
            ("7", "Data(Integer(7))"),
            ("+007", "Data(Integer(7))"),
            ("-1", "Data(Integer(-1))"),
            ("0o17", "Data(Integer(15))"),
            ("0xFf", "Data(Integer(255))"),
            ("-0x1", "Data(Text(\"-0x1\"))"),
            ("0x", "Data(Text(\"0x\"))"),
            ("18446744073709551615", "Data(Unsigned(18446744073709551615))"),
            ("18446744073709551616", "OutOfRange"),
            ("1.10", "Data(Float(1.1))"),
            (".5", "Data(Float(0.5))"),
            ("1.", "Data(Float(1.0))"),
            ("1e3", "Data(Float(1000.0))"),
            ("1e999", "NonFinite"),
            ("-.inf", "NonFinite"),
            (".NaN", "NonFinite"),
            ("+.nan", "Data(Text(\"+.nan\"))"),
            (".", "Data(Text(\".\"))"),
            ("-", "Data(Text(\"-\"))"),
            ("1.2.3", "Data(Text(\"1.2.3\"))"),
            ("1e", "Data(Text(\"1e\"))"),
            ("1_000", "Data(Text(\"1_000\"))"),
            ("12:30", "Data(Text(\"12:30\"))"),
        ] {
            assert_eq!(format!("{:?}", resolve(Cow::Borrowed(text))), expected, "{text}");
        }
    }
}
