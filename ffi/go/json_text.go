package trafficengine

import (
	"encoding/json"
	"reflect"
	"unicode/utf8"
)

// jsonText is value as JSON; nothing where it is nil. Errors name it as what.
func jsonText(op, what string, value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", &Error{op, StatusBadOption, what + " cannot be written as JSON: " + err.Error()}
	}
	if !isUTF8(reflect.ValueOf(value)) {
		return "", &Error{op, StatusBadUTF8, "a text in " + what + " is not valid UTF-8; encode it as UTF-8"}
	}
	if string(text) == "null" {
		return "", nil
	}
	return string(text), nil
}

var marshaler = reflect.TypeOf((*json.Marshaler)(nil)).Elem()

// isUTF8 is true where all texts in value are UTF-8. What is not, encoding/json replaces without a
// word, and the question would be about somebody else. Lists have no place in options, and what
// writes its own JSON reaches the library as it is.
func isUTF8(value reflect.Value) bool {
	if !value.IsValid() || value.Type().Implements(marshaler) {
		return true
	}
	switch value.Kind() {
	case reflect.String:
		return utf8.ValidString(value.String())
	case reflect.Interface, reflect.Pointer:
		return isUTF8(value.Elem())
	case reflect.Map:
		return isUTF8Map(value)
	case reflect.Struct:
		return isUTF8Struct(value)
	default:
		return true
	}
}

func isUTF8Map(value reflect.Value) bool {
	for entries := value.MapRange(); entries.Next(); {
		if !isUTF8(entries.Key()) || !isUTF8(entries.Value()) {
			return false
		}
	}
	return true
}

func isUTF8Struct(value reflect.Value) bool {
	for at := 0; at < value.NumField(); at++ {
		field := value.Type().Field(at)
		written := (field.IsExported() || field.Anonymous) && field.Tag.Get("json") != "-"
		if written && !isUTF8(value.Field(at)) {
			return false
		}
	}
	return true
}
