package trafficengine_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"trafficengine"
)

func TestAConfigDoesNotShowItsPasswords(t *testing.T) {
	for _, store := range []string{
		"mysql://ada:" + secret + "@db.example/v2r",
		"mariadb://ada:x@" + secret,
		"mysql:ada:" + secret + "@db.example",
		"ada:" + secret + "://db.example",
		secret,
	} {
		config := trafficengine.Config{
			Store: store, Password: trafficengine.NewSecret(secret), Timezone: "UTC",
			Redis: store, RedisPassword: trafficengine.NewSecret(secret),
		}
		// What is not exported, fmt prints without asking; only the password is safe there.
		inside := struct{ config trafficengine.Config }{trafficengine.Config{Password: config.Password}}
		list := []trafficengine.Config{config}
		for _, shown := range []any{config, &config, list, config.Password, &config.Password, inside} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				if text := fmt.Sprintf(verb, shown); showsSecret(text) {
					t.Errorf("%s of a %T shows the password: %s", verb, shown, text)
				}
			}
		}
		if text := config.String() + config.GoString(); strings.Contains(text, secret) {
			t.Errorf("as a text it shows the password: %s", text)
		}
		if text, err := json.Marshal(config.Password); err != nil || strings.Contains(string(text), secret) {
			t.Errorf("as JSON the password is %s, %v", text, err)
		}
	}
}

func showsSecret(text string) bool {
	return strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret))
}

func TestAConfigShowsTheRest(t *testing.T) {
	config := trafficengine.Config{
		Store:           "sqlite:///srv/usage.db",
		Password:        trafficengine.NewSecret(secret),
		Timezone:        "Asia/Shanghai",
		RefreshInterval: trafficengine.Interval(0),
		VerifyInterval:  trafficengine.Interval(1500 * time.Microsecond),
	}
	want := `trafficengine.Config{"store":"sqlite:///srv/usage.db","password":"(hidden)",` +
		`"timezone":"Asia/Shanghai","refresh_interval_ms":0,"verify_interval_ms":2}`
	if got := fmt.Sprintf("%+v", config); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEverythingOfAConfigIsUnderstood(t *testing.T) {
	config := smallConfig(t)
	config.Password = trafficengine.NewSecret("a \"quoted\" <pässword>\n")
	config.DataDir = t.TempDir()
	config.Path = trafficengine.PathAuto
	config.RefreshInterval = trafficengine.Interval(time.Second)
	config.VerifyInterval = trafficengine.Interval(time.Minute)
	config.MemoryLimitMB = 100
	config.RetentionDays = 30
	history := int64(90)
	config.HistoryDays = &history
	config.SizeLimitMB = 100
	config.Background = true
	config.Redis = "redis://user@127.0.0.1:1/0"
	config.RedisPassword = trafficengine.NewSecret("x")
	config.RedisWait = trafficengine.Interval(time.Millisecond)
	config.CacheEntries = 100
	config.CacheMB = 10
	config.CacheNamespace = "shop"
	if _, err := newEngine(t, config).Stats(background); err != nil {
		t.Fatal(err)
	}
}

func TestTextsAndFilesOpenTheSameStore(t *testing.T) {
	store := smallConfig(t).Store
	toml := fmt.Sprintf("store = %q\ntimezone = 'UTC'\nnow = %d\n", store, now.Unix())
	asJSON := fmt.Sprintf(`{"store": %q, "timezone": "UTC", "now": %d}`, store, now.Unix())
	file := filepath.Join(t.TempDir(), "engine.toml")
	if err := os.WriteFile(file, []byte(toml), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() (*trafficengine.Engine, error){
		"TOML": func() (*trafficengine.Engine, error) { return trafficengine.OpenText(toml) },
		"JSON": func() (*trafficengine.Engine, error) { return trafficengine.OpenText(asJSON) },
		"file": func() (*trafficengine.Engine, error) { return trafficengine.OpenFile(file) },
	} {
		engine, err := open()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		users, err := engine.RankUsers(background, trafficengine.Query{})
		if err != nil || len(users) != 150 {
			t.Errorf("%s: %d users, %v", name, len(users), err)
		}
		if err := engine.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
