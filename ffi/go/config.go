package trafficengine

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// Config says which store an engine reads and how it answers. Store and Timezone must be given; what
// is zero has its usual value.
//
// A Config is printed without passwords, whatever verb of fmt prints it.
type Config struct {
	// Store is where the usage rows are: mysql://user@host:3306/database or sqlite:///path.
	Store string
	// Password is that of the database's user. Give it here and not in Store: an address is shown
	// where fmt finds it in a field that is not exported.
	Password Secret
	// Timezone is the zone in which days and hours are cut, such as Asia/Shanghai.
	Timezone string
	// DataDir is the folder of the snapshot. Without one the database answers.
	DataDir string
	// Path is who answers, usually PathAuto.
	Path Path
	// RefreshInterval is how long nobody looks for new rows after somebody has: usually a second,
	// with Interval(0) every question looks. Parts of a millisecond count as a whole one.
	RefreshInterval *time.Duration
	// VerifyInterval is within which time other changes of the database are found, usually 30
	// seconds. Parts of a millisecond count as a whole one.
	VerifyInterval *time.Duration
	// MemoryLimitMB is the private memory that a question may take, in MB of 10⁶ bytes.
	MemoryLimitMB uint64
	// ReadTimeout is for how long the database may be silent before it counts as away, usually 10
	// seconds. Parts of a millisecond count as a whole one.
	ReadTimeout *time.Duration
	// QueryTimeout is what a question may take, usually any time. Parts of a millisecond count as a
	// whole one.
	QueryTimeout *time.Duration
	// RetentionDays is how many days the snapshot keeps, usually all.
	RetentionDays uint64
	// HistoryDays is for how many days nodes and hours of rows are kept that the database merges,
	// usually 400; 0 for none.
	HistoryDays *int64
	// SizeLimitMB is the space that the snapshot may take, in MB of 10⁶ bytes, usually any.
	SizeLimitMB uint64
	// Background has a thread compare the snapshot with the database, beside the questions.
	Background bool
	// Now is the moment that all answers are as of, in seconds since 1970 in UTC; for tests.
	Now *int64
	// Redis is where answers to QueryJSON are kept for all processes: redis://, rediss://, unix://,
	// redis-sentinel:// or redis-cluster://. Usually nowhere.
	Redis string
	// RedisPassword is that of its user.
	RedisPassword Secret
	// RedisWait is how long a call waits for Redis at most, usually 5 milliseconds. Parts of a
	// millisecond count as a whole one.
	RedisWait *time.Duration
	// CacheEntries is how many answers the memory keeps, usually 1,000 where Redis or CacheMB is given.
	CacheEntries uint64
	// CacheMB is how many MB of 10⁶ bytes they may take.
	CacheMB uint64
	// CacheNamespace tells this installation from others that share the Redis.
	CacheNamespace string
}

// Interval is a pointer to a duration, as Config takes it.
func Interval(duration time.Duration) *time.Duration {
	return &duration
}

// Timestamp is a time as Config, Period and Query take it: seconds since 1970 in UTC.
func Timestamp(t time.Time) *int64 {
	seconds := t.Unix()
	return &seconds
}

// hidden stands where a password may be.
const hidden = "(hidden)"

// configText is a Config as the library reads it.
type configText struct {
	Store             string `json:"store,omitempty"`
	Password          string `json:"password,omitempty"`
	Timezone          string `json:"timezone,omitempty"`
	DataDir           string `json:"data_dir,omitempty"`
	Path              Path   `json:"path,omitempty"`
	RefreshIntervalMS *int64 `json:"refresh_interval_ms,omitempty"`
	VerifyIntervalMS  *int64 `json:"verify_interval_ms,omitempty"`
	MemoryLimitMB     uint64 `json:"memory_limit_mb,omitempty"`
	ReadTimeoutMS     *int64 `json:"read_timeout_ms,omitempty"`
	QueryTimeoutMS    *int64 `json:"query_timeout_ms,omitempty"`
	RetentionDays     uint64 `json:"retention_days,omitempty"`
	HistoryDays       *int64 `json:"history_days,omitempty"`
	SizeLimitMB       uint64 `json:"size_limit_mb,omitempty"`
	Background        bool   `json:"background,omitempty"`
	Now               *int64 `json:"now,omitempty"`
	Redis             string `json:"redis,omitempty"`
	RedisPassword     string `json:"redis_password,omitempty"`
	RedisWaitMS       *int64 `json:"redis_wait_ms,omitempty"`
	CacheEntries      uint64 `json:"cache_entries,omitempty"`
	CacheMB           uint64 `json:"cache_mb,omitempty"`
	CacheNamespace    string `json:"cache_namespace,omitempty"`
}

func (config Config) fields() configText {
	return configText{
		Store:             config.Store,
		Password:          config.Password.reveal(),
		Timezone:          config.Timezone,
		DataDir:           config.DataDir,
		Path:              config.Path,
		RefreshIntervalMS: milliseconds(config.RefreshInterval),
		VerifyIntervalMS:  milliseconds(config.VerifyInterval),
		MemoryLimitMB:     config.MemoryLimitMB,
		ReadTimeoutMS:     milliseconds(config.ReadTimeout),
		QueryTimeoutMS:    milliseconds(config.QueryTimeout),
		RetentionDays:     config.RetentionDays,
		HistoryDays:       config.HistoryDays,
		SizeLimitMB:       config.SizeLimitMB,
		Background:        config.Background,
		Now:               config.Now,
		Redis:             config.Redis,
		RedisPassword:     config.RedisPassword.reveal(),
		RedisWaitMS:       milliseconds(config.RedisWait),
		CacheEntries:      config.CacheEntries,
		CacheMB:           config.CacheMB,
		CacheNamespace:    config.CacheNamespace,
	}
}

// text is the configuration as JSON.
func (config Config) text() (string, error) {
	return jsonText("open", "the configuration", config.fields())
}

// milliseconds rounds up: half a millisecond is not "always".
func milliseconds(duration *time.Duration) *int64 {
	if duration == nil {
		return nil
	}
	whole := duration.Milliseconds()
	if *duration%time.Millisecond > 0 {
		whole++
	}
	return &whole
}

// String is the configuration without its passwords.
func (config Config) String() string {
	shown := config.fields()
	shown.Store, shown.Redis = withoutPassword(shown.Store), withoutPassword(shown.Redis)
	for _, password := range []*string{&shown.Password, &shown.RedisPassword} {
		if *password != "" {
			*password = hidden
		}
	}
	text, err := json.Marshal(shown)
	if err != nil {
		return "trafficengine.Config" + hidden
	}
	return "trafficengine.Config" + string(text)
}

// GoString is the configuration without its passwords.
func (config Config) GoString() string {
	return config.String()
}

// Format prints the configuration without its passwords, whatever the verb.
func (config Config) Format(state fmt.State, _ rune) {
	io.WriteString(state, config.String())
}

// withoutPassword is a store address that can be shown. Only that of a file is shown as it is: of
// one that is mistyped nobody knows where the password begins and ends.
func withoutPassword(store string) string {
	scheme, rest, found := strings.Cut(store, "://")
	switch {
	case store == "" || scheme == "sqlite":
		return store
	case found && rest != "" && (scheme == "mysql" || scheme == "mariadb"):
		return scheme + "://" + hidden
	default:
		return hidden
	}
}
