package model

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"liaison/infra/local/template"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/tests/fixture"
)

// The test binary runs itself again as a worker where these name a table and the URL of its database.
const workerTable, workerURL = "LIAISON_MODEL_TABLE", "LIAISON_MODEL_URL"

// task is what one client of a worker does once all are told to go.
type task struct {
	Client   int // of all, over all workers
	Do       string
	Link     invitation.ID
	Secret   string
	Rev      int
	Customer customer.ID
	User     customer.UserID
	Partner  partner.ID
	Replaces partner.ID
}

// done is how it was answered.
type done struct {
	Client      int
	Word, About string
}

// work is a worker's life: a line of tasks in, a line when its clients stand ready, a line that says go, a line of answers out.
func work() int {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	clients := map[int]*dynamo.Table{}
	for {
		var tasks []task
		if in.Decode(&tasks) != nil {
			return 0 // the parent is done
		}
		for _, one := range tasks {
			if clients[one.Client] == nil {
				clients[one.Client] = dynamo.Over(dynamodb.New(dynamodb.Options{
					Region: template.Region, BaseEndpoint: aws.String(os.Getenv(workerURL)), Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
					DisableValidateResponseChecksum: true,
				}), os.Getenv(workerTable))
			}
		}
		answers := make([]done, len(tasks))
		start := make(chan struct{})
		var all sync.WaitGroup
		for i, one := range tasks {
			all.Go(func() {
				<-start
				answer := one.run(context.Background(), clients[one.Client])
				answers[i] = done{one.Client, answer.word, answer.about}
			})
		}
		var word string
		if out.Encode("ready") != nil || in.Decode(&word) != nil {
			return 1
		}
		close(start)
		all.Wait()
		if out.Encode(answers) != nil {
			return 1
		}
	}
}

// run does the task over a client's own table.
func (x task) run(ctx context.Context, table *dynamo.Table) said {
	ids := id.From(rand.Reader)
	o := op.Op{RequestID: "test", Actor: op.Actor{Kind: op.CustomerUser, ID: string(x.User)}, At: time.Now().UTC().Truncate(time.Millisecond), IDs: ids}
	o.ID = o.NewID()
	by := consent.Visitor{Secret: x.Secret, User: x.User, Address: "192.0.2.1", Browser: "test"}
	switch x.Do {
	case "yes":
		_, err := redemption.Accept(ctx, table, x.Link, by, x.Rev, "1", o)
		return tell(err, string(x.Partner))
	case "no":
		_, err := redemption.Refuse(ctx, table, x.Link, by, "", o)
		return tell(err, "")
	}
	o.Actor = op.Actor{Kind: op.Job, ID: "operator"}
	_, err := relationship.EndGrant(ctx, table, x.Customer, x.Partner, relationship.ByVendor, "", o)
	return tell(err, string(x.Partner))
}

// worker is another process of this test.
type worker struct {
	in  *json.Encoder
	out *json.Decoder
}

func startWorker(t *testing.T, w fixture.World) worker {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), workerTable+"="+w.Env.Table, workerURL+"="+w.Env.DynamoEndpoint)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := command.Wait(); err != nil && t.Context().Err() == nil {
			t.Error("a worker:", err)
		}
	})
	return worker{json.NewEncoder(in), json.NewDecoder(out)}
}

// race gives every worker its share of the tasks, waits until all stand ready, lets all go and returns the answers by client.
func race(t *testing.T, workers []worker, tasks []task) []done {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, one := range workers {
		var share []task
		for _, x := range tasks {
			if x.Client%len(workers) == i {
				share = append(share, x)
			}
		}
		must(one.in.Encode(share))
	}
	var word string
	for _, one := range workers {
		must(one.out.Decode(&word))
	}
	for _, one := range workers {
		must(one.in.Encode("go"))
	}
	answers := make([]done, len(tasks))
	for _, one := range workers {
		var share []done
		must(one.out.Decode(&share))
		for _, answer := range share {
			answers[answer.Client] = answer
		}
	}
	return answers
}

// TestExclusive lets 64 clients in 4 processes say yes, no, replace and end to one customer at once, round after round: never two administer it.
func TestExclusive(t *testing.T) {
	const clients, processes, partners = 64, 4, 48
	rounds := fixture.Full(6, 200)
	w := patient(t)
	owner := w.Trial(t, "owner@customer.example", "")
	workers := make([]worker, processes)
	for i := range workers {
		workers[i] = startWorker(t, w)
	}
	rivals := make([]fixture.World, partners)
	asked := make([]offer.ID, partners)
	for i := range rivals {
		rivals[i] = w.Company(t)
		asked[i] = rivals[i].Offer(t, func(d *offer.Draft) {
			d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, &offer.AskedGrant{Role: offer.RoleLimited, Days: 30}
		}).ID
	}
	current, won, ended, noes := partner.ID(""), 0, 0, 0
	for round := range rounds {
		tasks := make([]task, clients)
		var slots sync.WaitGroup
		for i := range partners {
			slots.Go(func() { // of the 48 with a link a third names whom it replaces, once there is somebody
				p, replaces := rivals[i], partner.ID("")
				if i%3 == 0 && current != p.Partner {
					replaces = current
				}
				inv := p.Invite(t, asked[i], "owner@customer.example")[0]
				by, rev := ready(t, p, inv.ID, func(d *invitation.Draft) {
					d.DelegatedAdministration = redemption.Yes
					if replaces != "" {
						d.DelegatedAdministration = redemption.Replacing(replaces)
					}
				})
				tasks[i] = task{i, "yes", inv.ID, by.Secret, rev, owner.Customer.ID, owner.User.ID, p.Partner, replaces}
			})
		}
		slots.Wait()
		for i := partners; i < clients; i++ { // 8 say no on links that others say yes on, 4 press yes on them too, 4 end the power
			tasks[i] = tasks[i-partners]
			tasks[i].Client = i
			switch {
			case i%4 < 2:
				tasks[i].Do = "no"
			case i%4 == 3 && current != "":
				tasks[i].Do, tasks[i].Partner = "end", current
			}
		}
		answers := race(t, workers, tasks)
		byLink := map[invitation.ID]int{}
		var winners []partner.ID
		ends := 0
		for i, answer := range answers {
			x := tasks[i]
			switch {
			case answer.Word == "done" && x.Do == "end":
				ends++
			case answer.Word == "done":
				byLink[x.Link]++
				if x.Do == "yes" && x.Partner != current {
					winners = append(winners, x.Partner)
				} else if x.Do == "no" {
					noes++
				}
			case answer.Word == lost:
				t.Errorf("round %d: client %d was told nothing", round, i)
			case !slices.Contains([]string{"delegated_administrator_exists", "already_ended", "precondition_failed", "invitation_answered", "invitation_declined"}, answer.Word):
				t.Errorf("round %d: %s hears %s", round, x.Do, answer.Word)
			}
		}
		for link, n := range byLink {
			if n > 1 {
				t.Errorf("round %d: %s was answered %d times", round, link, n)
			}
		}
		if len(winners) > 1 || len(winners) == 0 && ends == 0 || ends > 1 && len(winners) == 0 {
			t.Errorf("round %d: %v won, %d ends", round, winners, ends)
		}
		was := current
		current = ""
		if _, g, err := w.Table.Relationship(t.Context(), owner.Customer.ID, w.Partner); err != nil {
			t.Fatal(err)
		} else if g != nil && g.Status == relationship.Active {
			current = g.Partner
		}
		if len(winners) == 1 {
			won++
		}
		ended += ends
		if len(winners) == 1 && ends == 0 && current != winners[0] {
			t.Errorf("round %d: %v won over %s, %s administers", round, winners, was, current)
		}
	}
	t.Logf("%d rounds of %d clients in %d processes: %d with one yes that won, %d ends, %d noes", rounds, clients, processes, won, ended, noes)
	intact(t, w)
}
