package trafficengine

import (
	"encoding/json"
	"strconv"
)

// Sum is a sum of bytes that JSON has as a text, as MySQL hands sums over.
type Sum struct {
	Uint128
}

// MarshalJSON is the sum in decimal digits, as a text.
func (sum Sum) MarshalJSON() ([]byte, error) {
	return json.Marshal(sum.String())
}

// UnmarshalJSON reads a text of decimal digits.
func (sum *Sum) UnmarshalJSON(text []byte) error {
	var digits string
	if err := json.Unmarshal(text, &digits); err != nil {
		return err
	}
	return sum.parse(digits)
}

// Average is bytes by usage row, rounded to four decimals. JSON has it as a text with all four, as
// MySQL hands averages over.
type Average float64

// String is the average with four decimals.
func (average Average) String() string {
	return strconv.FormatFloat(float64(average), 'f', 4, 64)
}

// MarshalJSON is the average with four decimals, as a text.
func (average Average) MarshalJSON() ([]byte, error) {
	return json.Marshal(average.String())
}

// UnmarshalJSON reads a text of decimal digits.
func (average *Average) UnmarshalJSON(text []byte) error {
	var digits string
	if err := json.Unmarshal(text, &digits); err != nil {
		return err
	}
	value, err := strconv.ParseFloat(digits, 64)
	*average = Average(value)
	return err
}
