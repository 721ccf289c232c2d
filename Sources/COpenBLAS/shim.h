#pragma once

// Debian keeps the header beside the library's own folder; others put it in /usr/include.
#if __has_include(<cblas.h>)
#include <cblas.h>
#else
#error "OpenBLAS headers not found: apt-get install libopenblas-dev"
#endif

// OpenBLAS carries LAPACK under its Fortran names; Debian's has no header for it. What we call is declared here, with
// a wrapper that takes plain arguments by value.
void dgelsd_(const blasint *m, const blasint *n, const blasint *nrhs, double *a, const blasint *lda, double *b,
             const blasint *ldb, double *s, const double *rcond, blasint *rank, double *work, const blasint *lwork,
             blasint *iwork, blasint *info);

static inline blasint lapack_dgelsd(blasint m, blasint n, blasint nrhs, double *a, blasint lda, double *b, blasint ldb,
                                    double *s, double rcond, blasint *rank, double *work, blasint lwork,
                                    blasint *iwork) {
    blasint info = 0;
    dgelsd_(&m, &n, &nrhs, a, &lda, b, &ldb, s, &rcond, rank, work, &lwork, iwork, &info);
    return info;
}

void dsyevd_(const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda, double *w,
             double *work, const blasint *lwork, blasint *iwork, const blasint *liwork, blasint *info);

/// Eigenvalues, ascending, and eigenvectors, in the columns of a, of a symmetric matrix.
static inline blasint lapack_dsyevd(blasint n, double *a, double *w, double *work, blasint lwork, blasint *iwork,
                                    blasint liwork) {
    blasint info = 0;
    dsyevd_("V", "U", &n, a, &n, w, work, &lwork, iwork, &liwork, &info);
    return info;
}

void dgesdd_(const char *jobz, const blasint *m, const blasint *n, double *a, const blasint *lda, double *s, double *u,
             const blasint *ldu, double *vt, const blasint *ldvt, double *work, const blasint *lwork, blasint *iwork,
             blasint *info);

/// The thin singular value decomposition; a is overwritten.
static inline blasint lapack_dgesdd(blasint m, blasint n, double *a, double *s, double *u, double *vt, double *work,
                                    blasint lwork, blasint *iwork) {
    blasint info = 0, k = m < n ? m : n;
    dgesdd_("S", &m, &n, a, &m, s, u, &m, vt, &k, work, &lwork, iwork, &info);
    return info;
}

void dpotrf_(const char *uplo, const blasint *n, double *a, const blasint *lda, blasint *info);
void dpotrs_(const char *uplo, const blasint *n, const blasint *nrhs, const double *a, const blasint *lda, double *b,
             const blasint *ldb, blasint *info);

/// The Cholesky factor of a symmetric positive definite matrix, in the place of its upper half.
static inline blasint lapack_dpotrf(blasint n, double *a) {
    blasint info = 0;
    dpotrf_("U", &n, a, &n, &info);
    return info;
}

/// Solves with that factor, in the place of b.
static inline blasint lapack_dpotrs(blasint n, const double *a, double *b) {
    blasint info = 0, one = 1;
    dpotrs_("U", &n, &one, a, &n, b, &n, &info);
    return info;
}
