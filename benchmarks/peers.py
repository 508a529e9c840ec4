"""One epoch of the same SGD as others would write or pick it. Each starts from w = 0 and b = 0."""

import numpy as np
import torch
from sklearn.linear_model import SGDRegressor


class PyTorch:
    """nn.Linear and optim.SGD on tensors; the data loader, which is slower, is left out."""

    def __init__(self, X, y, batch_size, learning_rate):
        self.X = torch.from_numpy(X)
        self.y = torch.from_numpy(y)
        self.batch_size = batch_size
        self.model = torch.nn.Linear(X.shape[1], 1)
        for parameter in self.model.parameters():
            torch.nn.init.zeros_(parameter)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=learning_rate)
        self.rng = torch.Generator().manual_seed(0)

    def epoch(self):
        torch.set_num_threads(1)
        order = torch.randperm(len(self.y), generator=self.rng)
        for chosen in order.split(self.batch_size):
            self.optimizer.zero_grad()
            predictions = self.model(self.X[chosen]).squeeze(1)
            loss = torch.nn.functional.mse_loss(predictions, self.y[chosen]) / 2
            loss.backward()
            self.optimizer.step()

    def parameters(self):
        w, b = (parameter.detach().numpy() for parameter in self.model.parameters())
        return w[0], b[0]


class ScikitLearn:
    """SGDRegressor.partial_fit. It knows no mini-batches: every example is a step.

    A step of the learning rate over the batch size goes as far in an epoch as the others do.
    """

    def __init__(self, X, y, batch_size, learning_rate):
        self.X = X
        self.y = y
        self.model = SGDRegressor(
            penalty=None, learning_rate="constant", eta0=learning_rate / batch_size, random_state=0
        )

    def epoch(self):
        self.model.partial_fit(self.X, self.y)

    def parameters(self):
        return self.model.coef_, self.model.intercept_


class HandoutLoop:
    """The loop that the handout describes, in numpy's float64, with fancy indexing."""

    def __init__(self, X, y, batch_size, learning_rate):
        self.X = X.astype(np.float64)
        self.y = y.astype(np.float64)
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.w = np.zeros(X.shape[1])
        self.b = 0.0
        self.rng = np.random.default_rng(0)

    def epoch(self):
        order = self.rng.permutation(len(self.y))
        for start in range(0, len(order), self.batch_size):
            chosen = order[start : start + self.batch_size]
            X_batch = self.X[chosen]
            error = X_batch.dot(self.w) + self.b - self.y[chosen]
            self.w -= self.learning_rate * X_batch.T.dot(error) / len(chosen)
            self.b -= self.learning_rate * np.mean(error)

    def parameters(self):
        return self.w, self.b
