package trafficengine

// Error is the failure of a call. errors.Is tells which by its status:
//
//	if errors.Is(err, trafficengine.StatusUnreachable) { … }
type Error struct {
	// Op is what failed, such as "open", "rank_users" or "query user_chart".
	Op string
	// Status is how it failed.
	Status Status
	// Message says what failed, where, and how to mend it. It holds no password.
	Message string
}

// Error is the failure in words.
func (e *Error) Error() string {
	return "trafficengine: " + e.Op + ": " + e.Message
}

// Unwrap is the status.
func (e *Error) Unwrap() error {
	return e.Status
}

// Retryable is true where the same call may succeed a little later.
func (e *Error) Retryable() bool {
	return e.Status.Retryable()
}
