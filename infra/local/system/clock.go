package system

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"liaison/infra/local/template"
)

// rounds bounds how often one journey in time runs the jobs.
const rounds = 50

// Now returns the system's time: the machine's, and what it travelled.
func (s *System) Now() time.Time { return time.Now().Add(s.Offset()).UTC() }

// Offset returns how far the system's clock is ahead of the machine's.
func (s *System) Offset() time.Duration {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.offset
}

// Travel sets the clock to a later time in one jump, as after a long outage:
// functions start anew with the new clock, then every scheduled function runs
// at that time and what it caused settles, again until a round writes nothing.
// It fails when a job fails, when the time is in the past, and when the jobs
// find no end.
func (s *System) Travel(ctx context.Context, to time.Time) error {
	if to.Before(s.Now()) {
		return fmt.Errorf("%s is before the system's present, %s: time goes forward only", to.Format(time.RFC3339), s.Now().Format(time.RFC3339))
	}
	if err := s.Settle(ctx); err != nil {
		return err
	}
	offset := time.Until(to).Round(time.Second)
	if time.Now().Add(offset).Before(to) {
		offset += time.Second
	}
	s.mutex.Lock()
	s.offset = offset
	s.mutex.Unlock()
	if s.options.Keep != "" {
		if err := os.WriteFile(filepath.Join(s.options.Keep, "clock"), []byte(offset.String()), 0o644); err != nil {
			return err
		}
	}
	s.Runtime.EndAll()
	for range rounds {
		before := s.Proxy.Writes()
		if err := s.RunJobs(ctx); err != nil {
			return err
		}
		if s.Proxy.Writes() == before {
			return nil
		}
	}
	return fmt.Errorf("the jobs still find something to do after %d rounds", rounds)
}

func keptOffset(folder string) time.Duration {
	text, err := os.ReadFile(filepath.Join(folder, "clock"))
	if err != nil {
		return 0
	}
	offset, err := time.ParseDuration(string(text))
	if err != nil {
		return 0
	}
	return offset
}

// RunJobs runs every scheduled function once at the system's present, two at a time, and settles.
func (s *System) RunJobs(ctx context.Context) error {
	now := s.Now().Truncate(time.Second)
	slots := make(chan struct{}, 2)
	errs := make([]error, len(s.App.Schedules))
	var wait sync.WaitGroup
	for i, schedule := range s.App.Schedules {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if _, err := s.Invoke(ctx, schedule.Function, scheduled(schedule, now)); err != nil {
				errs[i] = fmt.Errorf("%s: %w", schedule.Function, err)
			}
		})
	}
	wait.Wait()
	return errors.Join(errors.Join(errs...), s.Settle(ctx))
}

// Tick runs a scheduled function once with the given time in its event, as
// EventBridge Scheduler would. It fails as Invoke does, and where the function has no schedule.
func (s *System) Tick(ctx context.Context, function string, at time.Time) error {
	for _, schedule := range s.App.Schedules {
		if schedule.Function == function {
			_, err := s.Invoke(ctx, function, scheduled(schedule, at))
			return err
		}
	}
	return fmt.Errorf("%s has no schedule", function)
}

// scheduled returns a schedule's payload for a time.
func scheduled(schedule *template.Schedule, at time.Time) []byte {
	if schedule.Input == "" {
		event, _ := json.Marshal(map[string]any{
			"version": "0", "source": "aws.scheduler", "detail-type": "Scheduled Event", "account": template.Account,
			"region": template.Region, "time": at.UTC().Format(time.RFC3339), "resources": []string{schedule.Name}, "detail": "{}",
		})
		return event
	}
	return []byte(strings.ReplaceAll(schedule.Input, "<aws.scheduler.scheduled-time>", at.UTC().Format(time.RFC3339)))
}

// tickSchedules runs each scheduled function at its rate.
func (s *System) tickSchedules() {
	for _, schedule := range s.App.Schedules {
		s.later.Go(func() {
			ticker := time.NewTicker(schedule.Every)
			defer ticker.Stop()
			for {
				select {
				case <-s.context.Done():
					return
				case <-ticker.C:
					s.background(func() {
						s.invokeLater(schedule.Function, scheduled(schedule, s.Now().Truncate(time.Second)), schedule.OnFailure)
					})
				}
			}
		})
	}
}

// background runs work that Settle and Close wait for.
func (s *System) background(work func()) {
	s.mutex.Lock()
	s.posting++
	s.mutex.Unlock()
	s.later.Go(func() {
		defer func() {
			s.mutex.Lock()
			s.posting--
			s.mutex.Unlock()
		}()
		work()
	})
}

// invokeLater runs a function as Lambda does for an asynchronous event: tried
// again as often as the function allows, then given up.
func (s *System) invokeLater(function string, payload []byte, onFailure string) {
	retries := 2
	if f := s.App.Function(function); f != nil {
		retries = f.Retries
		if f.OnFailure != "" {
			onFailure = f.OnFailure
		}
	}
	pause := 100 * time.Millisecond
	for tried := 0; ; tried++ {
		_, err := s.Invoke(s.context, function, payload)
		if err == nil || s.context.Err() != nil {
			return
		}
		fmt.Fprintf(s.log, "%s: %v\n", function, err)
		if tried >= retries {
			s.keepDeadLetter(onFailure, function, payload)
			return
		}
		select {
		case <-time.After(pause):
		case <-s.context.Done():
			return
		}
		pause *= 4
	}
}

// Settle returns when nothing is left to happen by itself: the stream is read
// to its end, every batch and mail event is handled or given up, and no
// invocation is under way. It fails with ctx.
func (s *System) Settle(ctx context.Context) error {
	for {
		before := s.activity()
		for _, reader := range s.streams {
			if err := reader.Drain(ctx); err != nil {
				return fmt.Errorf("settle: %w", err)
			}
		}
		for s.busy() {
			select {
			case <-time.After(2 * time.Millisecond):
			case <-ctx.Done():
				return fmt.Errorf("settle: %w", ctx.Err())
			}
		}
		if s.activity() == before {
			return nil
		}
	}
}

func (s *System) busy() bool {
	s.mutex.Lock()
	posting := s.posting
	s.mutex.Unlock()
	return posting > 0 || s.Runtime.Underway() > 0
}

// activity changes with everything that could cause something else.
func (s *System) activity() [3]int {
	sum := [3]int{s.Runtime.Count(), s.Proxy.Writes()}
	for _, reader := range s.streams {
		sum[2] += reader.Read()
	}
	return sum
}
