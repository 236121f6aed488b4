#include "runtime/json_values.h"

#include <algorithm>
#include <optional>

#include "runtime/json_schema.h"
#include "runtime/number_ranges.h"
#include "runtime/regex_parser.h"

namespace fathom {
namespace {

// February has a 29th in years that 4 divides, but for centuries that 400 does not.
constexpr std::string_view kDate =
    "((000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-"
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|"
    "02-(0[1-9]|1[0-9]|2[0-8]))|"
    "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29)";
constexpr std::string_view kClock = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";
constexpr std::string_view kFraction = "(\\.[0-9]{1,6})?";
constexpr std::string_view kZone = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
constexpr std::string_view kEmail =
    "[A-Za-z0-9_%+-]{1,32}(\\.[A-Za-z0-9_%+-]{1,32}){0,3}@"
    "([A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?\\.){1,4}[A-Za-z]{2,12}";
constexpr std::string_view kUuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

// The regular expression of a format, empty if it is not known.
std::string FormatRegex(std::string_view format) {
  const std::string date(kDate), clock(kClock), fraction(kFraction), zone(kZone);
  if (format == "date") return date;
  if (format == "time") return clock + fraction + zone;
  if (format == "time-local") return clock + fraction;
  if (format == "date-time") return date + "T" + clock + fraction + zone;
  if (format == "timestamp") return date + " " + clock + fraction;
  if (format == "email") return std::string(kEmail);
  if (format == "uuid") return std::string(kUuid);
  return "";
}

Result<std::string> Text(const SchemaPlace& place, const char* keyword) {
  if (!place.json[keyword].is_string()) {
    return place.Wrong("'" + std::string(keyword) + "' must be a string");
  }
  return place.json[keyword].get<std::string>();
}

// 2 for 0.01; nullopt: no such power of ten.
std::optional<int> FractionDigitsOf(const std::string& multiple) {
  for (int digits = 0; digits <= 12; ++digits) {
    const ScaledNumber one = ParseScaled(multiple, digits, false);
    if (one.exact && one.value == 1) return digits;
  }
  return std::nullopt;
}

struct Bounds {
  Scaled least, most;
};

Result<Bounds> ParseBounds(const SchemaPlace& place, int whole_digits, int fraction_digits) {
  const Scaled limit = PowerOfTen(whole_digits + fraction_digits) - 1;
  Bounds bounds{-limit, limit};
  bool bounded_below = false, bounded_above = false;
  for (const char* keyword : {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}) {
    if (!place.Has(keyword)) continue;
    const std::string_view name = keyword;
    const bool lower = name.ends_with("inimum");
    if (!place.json[keyword].is_number()) {
      return place.Wrong("'" + std::string(name) + "' must be a number");
    }
    ScaledNumber bound = ParseScaled(place.json[keyword].dump(), fraction_digits, lower);
    if (const Scaled far = PowerOfTen(kMostDigits) - 1; bound.value == far || bound.value == -far) {
      return place.Unsupported("'" + std::string(name) + "' of more than " +
                               std::to_string(kMostDigits - fraction_digits) + " digits");
    }
    if (name.starts_with("exclusive") && bound.exact) bound.value += lower ? 1 : -1;
    if (lower) {
      bounds.least = bounded_below ? std::max(bounds.least, bound.value) : bound.value;
    } else {
      bounds.most = bounded_above ? std::min(bounds.most, bound.value) : bound.value;
    }
    (lower ? bounded_below : bounded_above) = true;
  }
  // One bound beyond the usual digits takes the other along.
  const Scaled widest = PowerOfTen(kMostDigits) - 1;
  if (!bounded_above && bounds.least > limit) bounds.most = std::max(bounds.most, widest);
  if (!bounded_below && bounds.most < -limit) bounds.least = std::min(bounds.least, -widest);
  return bounds;
}

}  // namespace

Error SchemaPlace::Wrong(const std::string& what) const {
  return {ErrorCode::kInvalidArgument, "JSON schema, " + pointer + ": " + what};
}

Error SchemaPlace::Unsupported(const std::string& what) const {
  return {ErrorCode::kUnsupported, "JSON schema, " + pointer + ": not supported: " + what};
}

Result<uint32_t> SchemaPlace::Count(const char* keyword, uint32_t otherwise) const {
  if (!Has(keyword)) return otherwise;
  constexpr uint64_t kMost = 1000000000;
  const nlohmann::ordered_json& value = json[keyword];
  if (!value.is_number_unsigned() || value.get<uint64_t>() > kMost) {
    return Wrong("'" + std::string(keyword) + "' must be a whole number, 0 to 1,000,000,000");
  }
  return value.get<uint32_t>();
}

Result<Expr> JsonStrings(Expressions& expressions, const SchemaPlace& place) {
  const TextForm form = TextForm::kJsonString;
  FATHOM_ASSIGN_OR_RETURN(const uint32_t least, place.Count("minLength", 0));
  FATHOM_ASSIGN_OR_RETURN(const uint32_t most, place.Count("maxLength", kNoLimit));
  if (least > most) return place.Wrong("minLength is larger than maxLength");
  Expr text = expressions.Repeat(OneOf(expressions, CodePoints::AnyText(), form), least, most);

  const auto restrict = [&](const std::string& regex, RegexMatch match) -> Status {
    Result<Expr> matching = ParseRegex(expressions, regex, match, form);
    if (!matching.ok()) {
      return {matching.error().code,
              "JSON schema, " + place.pointer + ": " + matching.error().message};
    }
    text = least == 0 && most == kNoLimit && match == RegexMatch::kWhole
               ? *matching
               : expressions.Both(text, *matching);
    return {};
  };
  if (place.Has("format")) {
    FATHOM_ASSIGN_OR_RETURN(const std::string format, Text(place, "format"));
    const std::string regex = FormatRegex(format);
    if (regex.empty()) {
      return place.Unsupported(
          "format '" + format +
          "'; known are date, time, time-local, date-time, timestamp, email, uuid");
    }
    FATHOM_RETURN_IF_ERROR(restrict(regex, RegexMatch::kWhole));
  }
  if (place.Has("pattern")) {
    FATHOM_ASSIGN_OR_RETURN(const std::string pattern, Text(place, "pattern"));
    FATHOM_RETURN_IF_ERROR(restrict(pattern, RegexMatch::kAnywhere));
  }
  const Expr quote = expressions.Literal("\"");
  return expressions.Concat(quote, expressions.Concat(text, quote));
}

Result<Expr> JsonNumbers(Expressions& expressions, const SchemaPlace& place, bool integer) {
  int fraction_digits = integer ? 0 : kFractionDigits;
  std::optional<uint32_t> divisor;
  if (place.Has("multipleOf")) {
    const nlohmann::ordered_json& multiple = place.json["multipleOf"];
    if (!multiple.is_number() || !(multiple.get<double>() > 0)) {
      return place.Wrong("'multipleOf' must be a number above 0");
    }
    constexpr uint64_t kMostDivisor = 100000000;
    const ScaledNumber whole = ParseScaled(multiple.dump(), 0, false);
    const std::optional<int> digits = FractionDigitsOf(multiple.dump());
    if (whole.exact && whole.value >= 1 && whole.value <= kMostDivisor) {
      divisor = static_cast<uint32_t>(whole.value);
      fraction_digits = 0;
    } else if (digits && !integer) {
      fraction_digits = *digits;
    } else {
      return place.Unsupported("'multipleOf' other than 0.1, 0.01, ... or a whole number up to " +
                               std::to_string(kMostDivisor));
    }
  }
  const int whole_digits = integer ? kIntegerDigits : kWholeDigits;
  FATHOM_ASSIGN_OR_RETURN(const Bounds bounds, ParseBounds(place, whole_digits, fraction_digits));
  const Expr numbers = NumbersBetween(expressions, bounds.least, bounds.most, fraction_digits);
  if (!divisor || *divisor == 1) return numbers;
  return expressions.Both(numbers, expressions.MultipleOf(*divisor));
}

std::string JsonText(const nlohmann::ordered_json& value) {
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [key, member] : value.items()) {
    if (!text.empty()) text += ", ";
    if (value.is_object()) text += nlohmann::ordered_json(key).dump() + ": ";
    text += JsonText(member);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

}  // namespace fathom
