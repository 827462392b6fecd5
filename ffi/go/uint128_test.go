package trafficengine_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"trafficengine"
)

var numbers = []struct {
	number trafficengine.Uint128
	digits string
}{
	{trafficengine.Uint128{}, "0"},
	{trafficengine.Uint128{Lo: 1}, "1"},
	{trafficengine.Uint128{Lo: math.MaxUint64}, "18446744073709551615"},
	{trafficengine.Uint128{Hi: 1}, "18446744073709551616"},
	{trafficengine.Uint128{Hi: 1, Lo: 5}, "18446744073709551621"},
	{trafficengine.Uint128{Hi: math.MaxUint64, Lo: math.MaxUint64}, "340282366920938463463374607431768211455"},
}

func TestNumbersHaveTheirDigits(t *testing.T) {
	for _, it := range numbers {
		if it.number.String() != it.digits || it.number.Big().String() != it.digits {
			t.Errorf("%#v is %v and %v, want %s", it.number, it.number, it.number.Big(), it.digits)
		}
		if low, fits := it.number.Uint64(); low != it.number.Lo || fits != (it.number.Hi == 0) {
			t.Errorf("%s has %d in 64 bits: %v", it.digits, low, fits)
		}
	}
}

func TestNumbersAreComparedAsTheyAscend(t *testing.T) {
	for at, it := range numbers {
		for other := range numbers {
			want := new(big.Int).SetInt64(int64(at)).Cmp(big.NewInt(int64(other)))
			if got := it.number.Cmp(numbers[other].number); got != want {
				t.Errorf("%v against %v is %d, want %d", it.number, numbers[other].number, got, want)
			}
		}
	}
}

func TestNumbersSurviveJSON(t *testing.T) {
	for _, it := range numbers {
		var number trafficengine.Uint128
		text, err := json.Marshal(it.number)
		if err != nil || string(text) != it.digits || json.Unmarshal(text, &number) != nil || number != it.number {
			t.Errorf("%v is %s and then %v", it.number, text, number)
		}
		var sum trafficengine.Sum
		text, err = json.Marshal(trafficengine.Sum{Uint128: it.number})
		if err != nil || string(text) != `"`+it.digits+`"` || json.Unmarshal(text, &sum) != nil || sum.Uint128 != it.number {
			t.Errorf("the sum %v is %s and then %v", it.number, text, sum)
		}
	}
}

func TestWhatIsNoNumberIsRefused(t *testing.T) {
	for _, text := range []string{"-1", "1.5", "1e3", "true", "[]", "340282366920938463463374607431768211456"} {
		number, sum := new(trafficengine.Uint128), new(trafficengine.Sum)
		if json.Unmarshal([]byte(text), number) == nil || json.Unmarshal([]byte(`"`+text+`"`), sum) == nil {
			t.Errorf("%s is %v and %v", text, number, sum)
		}
	}
	if json.Unmarshal([]byte("1"), new(trafficengine.Sum)) == nil {
		t.Error("a sum is read from a number")
	}
}

func TestAveragesHaveFourDecimals(t *testing.T) {
	for value, want := range map[trafficengine.Average]string{0: `"0.0000"`, 2.5: `"2.5000"`, 22739992.3204: `"22739992.3204"`} {
		var read trafficengine.Average
		text, err := json.Marshal(value)
		if err != nil || string(text) != want || json.Unmarshal(text, &read) != nil || read != value {
			t.Errorf("%v is %s and then %v", value, text, read)
		}
	}
	if json.Unmarshal([]byte(`"many"`), new(trafficengine.Average)) == nil {
		t.Error("a word is an average")
	}
}
