"""scikit-learn: clone() copies the parameters of every estimator of a search deeply."""

import numpy as np
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(n_samples=200, n_features=8, random_state=0)
columns = ColumnTransformer(
    [("scale", StandardScaler(), [0, 1, 2, 3]), ("bins", KBinsDiscretizer(3, encode="ordinal"), [4, 5])]
)
pipeline = Pipeline([("columns", columns), ("same", FunctionTransformer()), ("model", LogisticRegression())])
search = GridSearchCV(
    pipeline,
    {
        "model": [LogisticRegression(max_iter=200), DecisionTreeClassifier(random_state=0)],
        "columns__bins__n_bins": [2, 4],
    },
    cv=KFold(3, shuffle=True, random_state=1),
)
search.fit(X, y)
print(search.best_params_, round(search.best_score_, 6))
weights = LogisticRegression(class_weight={0: 1.0, 1: 2.5})
for _ in range(50):
    twin = clone(weights)
    assert twin.class_weight == weights.class_weight
    assert twin.class_weight is not weights.class_weight
print(twin, np.round(clone(search.best_estimator_).fit(X, y).predict_proba(X[:3]), 6).tolist())
